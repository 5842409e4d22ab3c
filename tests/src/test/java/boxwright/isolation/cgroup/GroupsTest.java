package boxwright.isolation.cgroup;

import static boxwright.isolation.cgroup.Controller.CPU;
import static boxwright.isolation.cgroup.Controller.CPUSET;
import static boxwright.isolation.cgroup.Controller.DEVICES;
import static boxwright.isolation.cgroup.Controller.IO;
import static boxwright.isolation.cgroup.Controller.MEMORY;
import static boxwright.isolation.cgroup.Controller.PIDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories and files limits become, on machines of all kinds. */
class GroupsTest {
    private static final Limits SMALL = Limits.none().withMemory(64 << 20).withPids(50);

    private static final Limits ALL = new Limits(
            new Limits.Memory(
                    OptionalLong.of(64 << 20),
                    OptionalLong.of(96 << 20),
                    OptionalLong.of(32 << 20),
                    OptionalInt.empty()),
            OptionalLong.of(50),
            new Limits.Cpu(OptionalLong.of(512), OptionalLong.of(150_000), OptionalLong.of(100_000), "0-1", ""),
            OptionalInt.of(300),
            Optional.of(DeviceRules.asDockerDoes()),
            true);

    @TempDir
    private Path root;

    private static Groups plan(Tree tree, Limits limits) {
        return Groups.plan(tree.hierarchies(), "box", limits, Optional.empty());
    }

    private static Groups below(String parent, Tree tree, Limits limits) {
        return Groups.plan(tree.hierarchies(), "box", limits, Optional.of(parent));
    }

    /** {@code FILE = VALUE}, with the directory where it is not the group's own. */
    private static List<String> written(Groups groups) {
        List<String> all = new ArrayList<>();
        for (Group group : groups.all()) {
            for (Group.Ancestor ancestor : group.ancestors()) {
                if (ancestor.missing()) {
                    all.add("mkdir " + ancestor.directory());
                }
                ancestor.settings().forEach(setting -> all.add(ancestor.directory() + "/" + write(setting)));
            }
            all.add("mkdir " + group.directory());
            group.settings().forEach(setting -> all.add(write(setting)));
        }
        return all;
    }

    private static String write(Setting setting) {
        return setting.file() + " = " + setting.value();
    }

    @Test
    void version1HasADirectoryInEachHierarchy() {
        assertThat(written(plan(Tree.first(root), ALL)))
                .containsExactly(
                        "mkdir /sys/fs/cgroup/memory/ours/box",
                        "memory.limit_in_bytes = 67108864",
                        "memory.memsw.limit_in_bytes = 100663296",
                        "memory.soft_limit_in_bytes = 33554432",
                        "mkdir /sys/fs/cgroup/pids/ours/box",
                        "pids.max = 50",
                        "mkdir /sys/fs/cgroup/cpu,cpuacct/ours/box",
                        "cpu.shares = 512",
                        "cpu.cfs_period_us = 100000",
                        "cpu.cfs_quota_us = 150000",
                        "mkdir /sys/fs/cgroup/cpuset/ours/box",
                        "cpuset.cpus = 0-1",
                        "cpuset.mems = 0-1",
                        "mkdir /sys/fs/cgroup/blkio/ours/box",
                        "blkio.weight = 300",
                        "mkdir /sys/fs/cgroup/devices/ours/box",
                        "mkdir /sys/fs/cgroup/freezer/ours/box");
    }

    @Test
    void version2HasOneDirectoryForAll() {
        Groups groups = plan(Tree.second(root, "/"), ALL);

        assertThat(groups.refused()).isEmpty();
        assertThat(written(groups))
                .containsExactly(
                        "/sys/fs/cgroup/cgroup.subtree_control = +cpuset +io",
                        "mkdir /sys/fs/cgroup/box",
                        "memory.max = 67108864",
                        "memory.swap.max = 33554432",
                        "memory.low = 33554432",
                        "pids.max = 50",
                        "cpu.weight = 59",
                        "cpu.max = 150000 100000",
                        "cpuset.cpus = 0-1",
                        "io.weight = 2930");
        assertThat(groups.all().getFirst().deviceProgram()).isPresent();
    }

    @Test
    void whatNobodyAskedForIsNotTouched() {
        assertThat(written(plan(Tree.second(root, "/"), SMALL)))
                .containsExactly(
                        "mkdir /sys/fs/cgroup/box", "memory.max = 67108864", "memory.swap.max = 0", "pids.max = 50");
        assertThat(written(plan(Tree.first(root.resolve("first")), Limits.none())))
                .isEmpty();
    }

    @Test
    void noLimitIsWrittenAsTheKernelSaysIt() {
        Limits free = new Limits(
                new Limits.Memory(OptionalLong.of(-1), OptionalLong.of(-1), OptionalLong.empty(), OptionalInt.empty()),
                OptionalLong.of(-1),
                new Limits.Cpu(OptionalLong.empty(), OptionalLong.of(-1), OptionalLong.empty(), "", ""),
                OptionalInt.empty(),
                Optional.empty(),
                false);

        assertThat(written(plan(Tree.second(root, "/"), free)))
                .contains("memory.max = max", "memory.swap.max = max", "pids.max = max", "cpu.max = max");
        assertThat(written(plan(Tree.first(root.resolve("first")), free)))
                .contains(
                        "memory.limit_in_bytes = -1",
                        "memory.memsw.limit_in_bytes = -1",
                        "pids.max = max",
                        "cpu.cfs_quota_us = -1");
    }

    @Test
    void whereBfqIsTheWeightIsItsOwn() {
        Tree tree = Tree.second(root, "/").file("/sys/block/sda/queue/scheduler", "[none] mq-deadline bfq");
        Limits weight = Limits.none().withIoWeight(300);

        assertThat(written(plan(tree, weight))).contains("io.bfq.weight = 300");
    }

    @Test
    void weightsAreConvertedAsRuncDoes() {
        // From the table of opencontainers/cgroups: the ends, the usual value, and the one of a small pod.
        assertThat(SecondVersion.weight(2)).isEqualTo(1);
        assertThat(SecondVersion.weight(1024)).isEqualTo(100);
        assertThat(SecondVersion.weight(262_144)).isEqualTo(10_000);
        assertThat(SecondVersion.weight(512)).isEqualTo(59);
        long before = 0;
        for (long shares = 2; shares <= 262_144; shares++) {
            long weight = SecondVersion.weight(shares);
            assertThat(weight).isBetween(Math.max(1, before), 10_000L);
            before = weight;
        }
    }

    @Test
    void aGroupWithProcessesGivesNoControllersSoTheOneAboveIsTaken() {
        Tree tree = Tree.second(root, "/user.slice/session-1.scope")
                .group("/user.slice", "cpu memory pids", "memory pids", "")
                .group("/user.slice/session-1.scope", "memory pids", "", "1\n2");

        assertThat(written(plan(tree, SMALL))).startsWith("mkdir /sys/fs/cgroup/user.slice/box");
    }

    @Test
    void aControllerThatTheGroupAboveCanGiveIsSwitchedOnThere() {
        Tree tree = Tree.second(root, "/user.slice/session-1.scope")
                .group("/user.slice", "cpu memory pids", "", "")
                .group("/user.slice/session-1.scope", "", "", "1");

        assertThat(written(plan(tree, SMALL)))
                .startsWith(
                        "/sys/fs/cgroup/user.slice/cgroup.subtree_control = +memory +pids",
                        "mkdir /sys/fs/cgroup/user.slice/box");
    }

    @Test
    void aControllerThatOnlyTheRootHasMakesItAChildOfTheRoot() {
        Tree tree = Tree.second(root, "/user.slice/session-1.scope")
                .group("/user.slice", "cpu memory pids", "memory pids", "")
                .group("/user.slice/session-1.scope", "memory pids", "", "1");
        Limits place = Limits.none()
                .withCpu(new Limits.Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "1", "0"));

        assertThat(written(plan(tree, place)))
                .containsExactly(
                        "/sys/fs/cgroup/cgroup.subtree_control = +cpuset",
                        "mkdir /sys/fs/cgroup/box",
                        "cpuset.cpus = 1",
                        "cpuset.mems = 0");
    }

    @Test
    void withoutControllersAChildOfOurOwnGroupWillDo() {
        Tree tree = Tree.second(root, "/user.slice").group("/user.slice", "memory", "", "1");
        Limits pausable = Limits.none().asPausable();

        assertThat(written(plan(tree, pausable))).containsExactly("mkdir /sys/fs/cgroup/user.slice/box");
    }

    @Test
    void belowAThreadedGroupThereAreNoProcesses() {
        Tree tree = Tree.second(root, "/a/b")
                .group("/a", "memory pids", "memory pids", "")
                .group("/a/b", "memory pids", "memory pids", "")
                .file("/sys/fs/cgroup/a/b/cgroup.type", "threaded");

        assertThat(written(plan(tree, SMALL))).startsWith("mkdir /sys/fs/cgroup/a/box");
    }

    @Test
    void aUserGetsWhatIsDelegatedAndIsToldTheRest() {
        Tree tree = Tree.second(root, "/user.slice/shell")
                .group("/user.slice", "memory pids", "memory pids", "")
                .group("/user.slice/shell", "memory pids", "", "1")
                .notOurs("");

        Groups groups = plan(tree, ALL);

        assertThat(written(groups)).startsWith("mkdir /sys/fs/cgroup/user.slice/box", "memory.max = 67108864");
        assertThat(groups.refused()).containsOnlyKeys(CPU, CPUSET, IO);
        assertThat(groups.refused().get(CPU)).contains("/sys/fs/cgroup/user.slice does not have cpu", "Delegate=yes");
    }

    @Test
    void aUserToWhomNothingIsDelegatedGetsNothing() {
        Tree tree = Tree.second(root, "/user.slice/session")
                .group("/user.slice", "memory pids", "memory pids", "")
                .group("/user.slice/session", "memory pids", "", "1")
                .notOurs("")
                .notOurs("/user.slice")
                .notOurs("/user.slice/session");

        assertThat(plan(tree, SMALL).all()).isEmpty();
        assertThat(plan(tree, SMALL).refused())
                .containsOnlyKeys(MEMORY, PIDS)
                .allSatisfy((controller, why) -> assertThat(why).contains("is not ours", "systemd-run --user --scope"));
    }

    @Test
    void whereNoGroupHasAControllerTheOthersAreHad() {
        Tree tree = Tree.second(root, "/").file("/sys/fs/cgroup/cgroup.controllers", "memory pids");

        Groups groups = plan(tree, ALL);

        assertThat(written(groups)).contains("memory.max = 67108864", "pids.max = 50");
        assertThat(groups.refused().get(CPU)).startsWith("no mounted hierarchy has the controller cpu");
    }

    @Test
    void aReadOnlyMountRefusesAll() {
        Tree tree = Tree.second(root, "/")
                .file("/proc/self/mountinfo", "32 25 0:28 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup2 rw");

        assertThat(plan(tree, SMALL).all()).isEmpty();
        assertThat(plan(tree, SMALL).refused())
                .containsOnlyKeys(MEMORY, PIDS)
                .allSatisfy((controller, why) -> assertThat(why).contains("mounted read-only", "--privileged"));
    }

    @Test
    void withoutCgroupsAllIsRefused() {
        Tree tree = Tree.second(root, "/").file("/proc/self/mountinfo", "25 1 8:1 / / rw - ext4 /dev/sda1 rw");

        assertThat(plan(tree, SMALL).refused())
                .containsOnlyKeys(MEMORY, PIDS)
                .allSatisfy((controller, why) -> assertThat(why).contains("mount -t cgroup2"));
    }

    @Test
    void theListOfDevicesIsForRootOfTheMachine() {
        Limits devices = Limits.none().withDevices(DeviceRules.asDockerDoes());
        Tree inUserNamespace = Tree.second(root.resolve("a"), "/").file("/proc/self/uid_map", "0 1000 1");
        Tree withoutCapability =
                Tree.second(root.resolve("b"), "/").file("/proc/self/status", "CapEff:\t00000000a80425fb");

        for (Tree tree : List.of(inUserNamespace, withoutCapability)) {
            assertThat(plan(tree, devices).all()).isEmpty();
            assertThat(plan(tree, devices).refused()).containsOnlyKeys(DEVICES);
        }
        assertThat(plan(Tree.second(root.resolve("c"), "/"), devices).refused()).isEmpty();
    }

    @Test
    void aNamedParentIsMadeAndGivesItsControllers() {
        Tree tree = Tree.second(root, "/user.slice").group("/user.slice", "memory pids", "", "1");

        assertThat(written(below("/a/b", tree, SMALL)))
                .containsExactly(
                        "mkdir /sys/fs/cgroup/a",
                        "/sys/fs/cgroup/a/cgroup.subtree_control = +memory +pids",
                        "mkdir /sys/fs/cgroup/a/b",
                        "/sys/fs/cgroup/a/b/cgroup.subtree_control = +memory +pids",
                        "mkdir /sys/fs/cgroup/a/b/box",
                        "memory.max = 67108864",
                        "memory.swap.max = 0",
                        "pids.max = 50");
        assertThat(below("user.slice", tree, SMALL).refused())
                .containsOnlyKeys(MEMORY, PIDS)
                .allSatisfy((controller, why) ->
                        assertThat(why).startsWith("there are processes in /sys/fs/cgroup/user.slice"));
    }

    @Test
    void aNamedParentOfVersion1IsMadeInEachHierarchyAndACpusetIsFilled() {
        Limits limits = Limits.none()
                .withPids(5)
                .withCpu(new Limits.Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "2", ""));

        assertThat(written(below("a", Tree.first(root), limits)))
                .containsExactly(
                        "mkdir /sys/fs/cgroup/pids/a",
                        "mkdir /sys/fs/cgroup/pids/a/box",
                        "pids.max = 5",
                        "mkdir /sys/fs/cgroup/cpuset/a",
                        "/sys/fs/cgroup/cpuset/a/cpuset.cpus = 0-3",
                        "/sys/fs/cgroup/cpuset/a/cpuset.mems = 0-1",
                        "mkdir /sys/fs/cgroup/cpuset/a/box",
                        "cpuset.cpus = 2",
                        "cpuset.mems = 0-1");
    }

    @Test
    void processorsThatAreNotThereAreRefusedBeforeAnythingIsMade() {
        Limits limits = Limits.none()
                .withCpu(new Limits.Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "2,7", ""));

        for (Tree tree : List.of(Tree.second(root.resolve("2"), "/"), Tree.first(root.resolve("1")))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> plan(tree, limits))
                    .withMessage("requested processors are not available: requested 2,7, available: 0-3");
        }
    }

    @Test
    void swappinessIsNothingThatVersion2Has() {
        Limits limits = Limits.none()
                .withMemory(new Limits.Memory(
                        OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalInt.of(10)));

        assertThat(written(plan(Tree.first(root.resolve("1")), limits))).contains("memory.swappiness = 10");
        assertThatIllegalArgumentException().isThrownBy(() -> plan(Tree.second(root.resolve("2"), "/"), limits));
    }
}

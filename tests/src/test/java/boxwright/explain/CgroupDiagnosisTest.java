package boxwright.explain;

import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.EOPNOTSUPP;
import static boxwright.kernel.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a cgroup refuses something: where this kernel can be made to, by itself, else with the files it would show. */
class CgroupDiagnosisTest {
    private static final Slot FILE = Slot.of("file");
    private static final String GROUP = "/sys/fs/cgroup/above/boxwright-1";

    @TempDir
    private Path root;

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    /** The diagnosis of the last call of a plan on a machine with cgroups v2 in its files. */
    private Diagnosis last(int errno, Consumer<PlanBuilder> writer) throws IOException {
        file("/proc/self/mountinfo", "32 25 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Plan plan = Plan.of(lines -> {
            writer.accept(lines);
            lines.exit_group(0);
        });
        Call failed = plan.calls().get(plan.calls().size() - 2);
        return Diagnosis.of(Failure.of(plan, failed, errno, List.of(), new LiveSystem(root)));
    }

    private Diagnosis written(int errno, String path, String value) throws IOException {
        return last(errno, plan -> {
            plan.open(path, O_WRONLY, 0).into(FILE);
            plan.write(FILE.value(), value);
        });
    }

    private static void check(Diagnosis diagnosis, String likely, String seen) {
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void aGroupWithProcessesGivesNoControllers() throws IOException {
        file("/sys/fs/cgroup/above/cgroup.procs", "1\n2\n");

        check(
                written(EBUSY, "/sys/fs/cgroup/above/cgroup.subtree_control", "+memory"),
                "gives its children no controllers",
                "above/cgroup.procs has 2");
    }

    @Test
    void aControllerThatTheGroupDoesNotHave() throws IOException {
        file("/sys/fs/cgroup/above/cgroup.controllers", "pids");

        check(
                written(ENOENT, "/sys/fs/cgroup/above/cgroup.subtree_control", "+memory"),
                "does not have the controller itself",
                "has only pids");
    }

    @Test
    void moreThanTheGroupAboveHas() throws IOException {
        file("/sys/fs/cgroup/above/cpu.cfs_quota_us", "20000");
        file("/sys/fs/cgroup/above/cpuset.cpus", "0-1");

        check(written(EINVAL, GROUP + "/cpu.cfs_quota_us", "50000"), "the group above has less", "is 20000");
        check(written(EACCES, GROUP + "/cpuset.cpus", "2"), "the group above has less", "is 0-1");
    }

    @Test
    void aCpusetWithoutProcessors() throws IOException {
        file("/sys/fs/cgroup/above/cpuset.cpus", "");

        check(written(ENOSPC, GROUP + "/tasks", "0"), "nothing can run in a cpuset without processors", "is empty");
    }

    @Test
    void aDeviceThatTheGroupAboveMayNotUse() throws IOException {
        file("/proc/self/status", "CapEff:\t000001ffffffffff\n");
        file("/sys/fs/cgroup/above/devices.list", "c 1:3 rwm\nc 1:5 rwm");

        check(
                written(EPERM, GROUP + "/devices.allow", "c 10:229 rwm"),
                "the group above may not use that device",
                "has only c 1:3 rwm, c 1:5 rwm");
        file("/proc/self/status", "CapEff:\t0000000000000000\n");
        check(written(EPERM, GROUP + "/devices.deny", "a"), "only CAP_SYS_ADMIN", "CapEff is 0000000000000000");
    }

    @Test
    void aThreadedGroupTakesNoProcess() throws IOException {
        file("/sys/fs/cgroup/above/cgroup.type", "threaded");
        Slot cgroup = Slot.of("cgroup");

        check(
                last(EOPNOTSUPP, plan -> {
                    plan.open(GROUP, O_RDONLY, 0).into(cgroup);
                    plan.clone3(0, Slot.of("pidfd"), cgroup, child -> child.exit_group(0));
                }),
                "take single threads only",
                "above/cgroup.type is threaded");
    }

    @Test
    void aGroupAboveThatIsFullOfProcesses() throws IOException {
        file("/sys/fs/cgroup/above/pids.max", "10");
        Slot cgroup = Slot.of("cgroup");

        check(
                last(EAGAIN, plan -> {
                    plan.open(GROUP, O_RDONLY, 0).into(cgroup);
                    plan.clone3(0, Slot.of("pidfd"), cgroup, child -> child.exit_group(0));
                }),
                "the group above has as many processes",
                "above/pids.max is 10");
    }

    @Test
    void noMoreGroupsMayBeMade() throws IOException {
        file("/sys/fs/cgroup/above/cgroup.max.descendants", "0");

        check(last(EAGAIN, plan -> plan.mkdir(GROUP, 0755)), "no more groups below", "cgroup.max.descendants is 0");
    }

    @Test
    void programsAboutDevicesAreForRoot() throws IOException {
        file("/proc/self/status", "CapEff:\t0000000000000000\n");

        check(
                last(EPERM, plan -> plan.loadDeviceProgram(new Argument.Words(List.of(0L), "[]"))),
                "only root of the machine",
                "CapEff is 0000000000000000");
    }

    @Test
    void aSettingThatTheKernelDoesNotHave() {
        Machine.needsRoot();
        Path freezer = hierarchy("freezer");
        Path group = freezer.resolve("boxwright-test-" + ProcessHandle.current().pid());
        Diagnosis diagnosis;
        try {
            diagnosis = Provoked.by(plan -> {
                plan.mkdir(group.toString(), 0755);
                plan.open(group.resolve("memory.memsw.limit_in_bytes").toString(), O_WRONLY, 0);
                plan.exit_group(0);
            });
        } finally {
            delete(group);
        }

        assertThat(diagnosis.errno()).isEqualTo(ENOENT);
        check(diagnosis, "no such setting for groups", "has no file memory.memsw.limit_in_bytes");
        assertThat(diagnosis.message()).contains("swapaccount=1");
    }

    @Test
    void whoIsInAGroupKeepsItFromGoing() throws IOException {
        Machine.needsRoot();
        Path group = hierarchy("freezer")
                .resolve("boxwright-test-busy-" + ProcessHandle.current().pid());
        Process sleeper = new ProcessBuilder("sleep", "100").start();
        Diagnosis diagnosis;
        try {
            Files.createDirectory(group);
            Files.writeString(group.resolve("cgroup.procs"), "" + sleeper.pid());
            diagnosis = Provoked.by(plan -> {
                plan.rmdir(group.toString());
                plan.exit_group(0);
            });
        } finally {
            sleeper.destroyForcibly();
            Machine.eventually(
                    "the group is empty",
                    () -> Files.readString(group.resolve("cgroup.procs")).isEmpty());
            delete(group);
        }

        assertThat(diagnosis.errno()).isEqualTo(EBUSY);
        check(diagnosis, "there are processes in the group", "has 1, the first is " + sleeper.pid());
    }

    private static Path hierarchy(String controller) {
        Path point = Path.of("/sys/fs/cgroup", controller);
        assumeTrue(
                Files.isWritable(point.resolve("cgroup.procs")), "needs cgroup v1 with the controller " + controller);
        return point;
    }

    private static void delete(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

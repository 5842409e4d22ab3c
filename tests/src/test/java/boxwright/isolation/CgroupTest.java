package boxwright.isolation;

import static boxwright.isolation.CgroupContainers.groups;
import static boxwright.isolation.CgroupContainers.inside;
import static boxwright.isolation.CgroupContainers.isSecond;
import static boxwright.isolation.CgroupContainers.needs;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_TRUNC;
import static boxwright.kernel.Constants.O_WRONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.cgroup.Freezer;
import boxwright.isolation.cgroup.Groups;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.isolation.cgroup.Limits;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits on the real kernel, in whichever version it has them: read back from both sides, and felt. */
class CgroupTest {
    private static final Limits NONE = Limits.none();
    private static final Limits PAUSABLE = Limits.none().asPausable();

    @TempDir
    private Path directory;

    private CgroupContainers containers = new CgroupContainers(Path.of("/nowhere"), "");
    private Optional<String> killed = Optional.empty();

    @BeforeEach
    void root() {
        containers = CgroupContainers.in(directory);
    }

    /** What a container printed, and how it ended. */
    private record Ran(String output, ExitStatus status) {}

    private Ran run(Limits limits, String script) {
        Cgroup cgroup = containers.cgroup(limits);
        Path output = directory.resolve("output");
        try (Descriptor file = Descriptor.open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
                ContainerProcess process = containers.start(cgroup, script, Map.of(1, file, 2, file))) {
            ExitStatus status = process.await();
            assertThat(groups(cgroup)).allSatisfy(group -> assertThat(group).isDirectory());
            killed = cgroup.outOfMemory(status.signal() == 9);
            return new Ran(Files.readString(output), status);
        } catch (IOException e) {
            throw new AssertionError(e);
        } finally {
            assertThat(groups(cgroup))
                    .as("nothing is left")
                    .allSatisfy(group -> assertThat(group).doesNotExist());
        }
    }

    @Test
    void itsFirstProcessIsInItsGroupsAndSeesThemAsRoots() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process =
                        containers.start(cgroup, "cat /proc/self/cgroup; sleep 1000", Map.of(1, pipe.in()))) {
            pipe.in().close();
            String seen = new String(out.read(4096), StandardCharsets.UTF_8);

            Path group = groups(cgroup).getFirst();
            assertThat(Files.readAllLines(group.resolve("cgroup.procs"))).contains("" + process.pid());
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/cgroup")))
                    .contains(Cgroup.PREFIX + "test-");
            assertThat(seen.lines()).isNotEmpty().allMatch(line -> line.endsWith(":/"));
            assertThat(Machine.namespace(process.pid(), "cgroup"))
                    .isNotEqualTo(Machine.namespace(ProcessHandle.current().pid(), "cgroup"));
        }
    }

    @Test
    void itsMonitorAndItsDescriptorsStayOutside() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        try (ContainerProcess process = containers.start(cgroup, "sleep 1000", Map.of())) {
            assertThat(Machine.descriptors(process.pid())).containsExactly(0, 1, 2);
            assertThat(Files.readAllLines(groups(cgroup).getFirst().resolve("cgroup.procs")))
                    .contains("" + process.pid())
                    .hasSizeLessThanOrEqualTo(2); // the shell, and its sleep
        }
    }

    @Test
    void itCanLookAtItsLimitsAndNotChangeThem() {
        needs(Controller.PIDS);
        String file = inside(Controller.PIDS) + "/pids.max";

        Ran ran = run(NONE.withPids(20), "cat " + file + "; echo 40 > " + file + "; cat " + file);

        assertThat(ran.output())
                .contains("Read-only file system")
                .startsWith("20\n")
                .endsWith("20\n");
    }

    @Test
    void moreProcessesThanItMayHaveCannotBeForked() {
        needs(Controller.PIDS);
        String bomb = "i=0; while [ $i -lt 40 ]; do busybox sleep 100 & i=$((i+1)); echo n; done";

        Ran limited = run(NONE.withPids(20), bomb);
        Ran free = run(NONE, bomb + "; exit 0");

        assertThat(limited.output()).contains("can't fork: Resource temporarily unavailable");
        assertThat(limited.output().lines().filter(line -> line.equals("n"))).hasSize(19);
        assertThat(free.output().lines().filter(line -> line.equals("n"))).hasSize(40);
    }

    @Test
    void moreMemoryThanItMayHaveIsItsEnd() {
        needs(Controller.MEMORY);
        String hog = "exec busybox tail /dev/zero"; // holds a line without an end

        Ran ran = run(NONE.withMemory(16 << 20), hog);

        assertThat(ran.status().signal()).isEqualTo(9);
        assertThat(ran.status().code()).isEqualTo(137);
        assertThat(killed).contains("killed: it used more than 16 MiB");
    }

    @Test
    void aChildThatIsKilledForMemoryIsToldToo() {
        needs(Controller.MEMORY);

        Ran ran = run(NONE.withMemory(16 << 20), "busybox tail /dev/zero; echo went on");

        assertThat(ran.status().code()).isZero();
        assertThat(ran.output()).endsWith("went on\n");
        assertThat(killed).contains("a process in it was killed: the container used more than 16 MiB");
    }

    @Test
    void enoughMemoryIsNobodysEnd() {
        needs(Controller.MEMORY);
        String file =
                inside(Controller.MEMORY) + (isSecond(Controller.MEMORY) ? "/memory.max" : "/memory.limit_in_bytes");

        Ran ran = run(
                NONE.withMemory(64 << 20),
                "busybox head -c 4000000 /dev/zero | busybox tail | busybox wc -c; cat " + file);

        assertThat(ran.output()).isEqualTo("4000000\n67108864\n");
        assertThat(killed).isEmpty();
    }

    @Test
    void itRunsOnTheProcessorsThatItWasGiven() throws Exception {
        needs(Controller.CPUSET);
        int last = Runtime.getRuntime().availableProcessors() - 1;
        Limits limits = Limits.none()
                .withCpu(new Limits.Cpu(
                        OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "" + last, "0"));

        assertThat(run(limits, "busybox grep -E '(Cpus|Mems)_allowed_list' /proc/self/status | busybox tr -d '\\t'")
                        .output())
                .isEqualTo("Cpus_allowed_list:" + last + "\nMems_allowed_list:0\n");
    }

    @Test
    void itsShareOfTheProcessorsIsWhatWasAskedFor() throws Exception {
        needs(Controller.CPU);
        Limits limits = Limits.none()
                .withCpu(new Limits.Cpu(OptionalLong.of(512), OptionalLong.of(5_000), OptionalLong.of(50_000), "", ""));
        boolean second = isSecond(Controller.CPU);
        String stat = inside(Controller.CPU) + "/cpu.stat";
        String files = second
                ? "cd " + inside(Controller.CPU) + "; cat cpu.max cpu.weight"
                : "cd " + inside(Controller.CPU) + "; cat cpu.cfs_quota_us cpu.cfs_period_us cpu.shares";

        // A tenth of a processor: who counts to a million is held back.
        Ran ran = run(
                limits,
                files + "; i=0; while [ $i -lt 1000000 ]; do i=$((i+1)); grep='^nr_throttled [1-9]';"
                        + " [ $((i % 5000)) != 0 ] || ! busybox grep -q \"$grep\" " + stat
                        + " || break; done; busybox grep nr_throttled " + stat);

        assertThat(ran.output()).startsWith(second ? "5000 50000\n59\n" : "5000\n50000\n512\n");
        assertThat(ran.output()).containsPattern("nr_throttled [1-9]");
    }

    @Test
    void aWeightForDisksIsWritten() {
        needs(Controller.IO);
        Limits limits = Limits.none().withIoWeight(300);
        Cgroup cgroup = containers.cgroup(limits);
        String file = cgroup.groups().all().getFirst().settings().getFirst().file();

        String output = run(limits, "cat " + inside(Controller.IO) + "/" + file).output();

        assertThat(output)
                .contains(cgroup.groups().all().getFirst().settings().getFirst().value());
    }

    @Test
    void aDeviceThatIsNotInTheListCannotBeOpenedThoughItsNodeCanBeMade() {
        needs(Controller.DEVICES);
        String script =
                "busybox mknod /mem c 1 1 && echo made; busybox head -c 1 /mem; busybox head -c 3 /dev/zero | busybox wc -c";

        assertThat(run(devices(List.of()), script).output())
                .startsWith("made\n")
                .contains("/mem: Operation not permitted")
                .endsWith("3\n");
    }

    @Test
    void aDeviceIsAllowedAsFarAsItsRuleGoes() {
        needs(Controller.DEVICES);
        // 1:11 is kmsg.
        String script = "busybox mknod /k c 1 11; exec 3</k && echo read; (exec 3>/k) && echo written";

        assertThat(run(devices(List.of(DeviceRule.of("c 1:11 r"))), script).output())
                .startsWith("read\n")
                .contains("can't create /k: Operation not permitted")
                .doesNotContain("written");
        assertThat(run(devices(List.of(DeviceRule.of("c 1:11 rw"))), script).output())
                .isEqualTo("read\nwritten\n");
    }

    private static Limits devices(List<DeviceRule> more) {
        return Limits.none().withDevices(DeviceRules.asDockerDoes().and(more));
    }

    /** On a machine with both versions too: the tree of version 2 is there, whoever has the controllers. */
    @Test
    void version2AsksAProgramForEachDevice() {
        Hierarchy tree = Hierarchies.here().all().stream()
                .filter(hierarchy -> hierarchy.version() == 2 && !hierarchy.readOnly())
                .findFirst()
                .orElse(null);
        assumeTrue(tree != null, "needs a writable tree of cgroups v2");
        Hierarchies alone = new Hierarchies(Path.of("/"), List.of(tree));
        Groups groups = Groups.plan(
                alone,
                Cgroup.PREFIX + "test-" + ProcessHandle.current().pid() + "-program",
                devices(List.of()),
                Optional.empty());
        assumeTrue(groups.refused().isEmpty(), "needs CAP_SYS_ADMIN in the first user namespace: " + groups.refused());
        Cgroup cgroup = new Cgroup(groups, CgroupView.PRIVATE, false);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process = containers.start(
                        cgroup,
                        "busybox mknod /mem c 1 1; busybox head -c 1 /mem; busybox head -c 3 /dev/zero | busybox wc -c",
                        Map.of(1, pipe.in(), 2, pipe.in()))) {
            pipe.in().close();
            process.await();
            assertThat(new String(out.read(4096), StandardCharsets.UTF_8))
                    .contains("/mem: Operation not permitted")
                    .endsWith("3\n");
        }
        assertThat(groups(cgroup)).allSatisfy(group -> assertThat(group).doesNotExist());
    }

    @Test
    void frozenItStandsStillAndThawedItGoesOn() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process = containers.start(
                        cgroup, "while :; do echo x; busybox sleep 0.01; done", Map.of(1, pipe.in()))) {
            pipe.in().close();
            Freezer freezer = cgroup.freezer().orElseThrow();
            assertThat(out.read(1)).isNotEmpty();

            freezer.freeze();

            assertThat(freezer.isFrozen()).isTrue();
            long before = cpuTime(process.pid());
            int written = out.read(60_000).length; // what was in the pipe already
            Thread.sleep(200);
            assertThat(cpuTime(process.pid())).as("it does not run").isEqualTo(before);

            freezer.thaw();

            assertThat(out.read(1))
                    .as("it goes on, after " + written + " bytes")
                    .isNotEmpty();
            assertThat(freezer.isFrozen()).isFalse();
        }
    }

    /** Clock ticks in user and kernel mode; proc_pid_stat(5). */
    private static long cpuTime(int pid) {
        List<String> stat = Machine.stat(pid);
        return Long.parseLong(stat.get(11)) + Long.parseLong(stat.get(12));
    }

    @Test
    void anotherProcessCanComeIntoTheGroupsOfARunningContainer() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        try (ContainerProcess process = containers.start(cgroup, "sleep 1000", Map.of())) {
            CgroupEntry entry = CgroupEntry.where(process.pid());
            Slot pid = Slot.of("pid");
            Slot pidfd = Slot.of("pidfd");
            Plan plan = Plan.of(lines -> {
                entry.open(lines);
                Consumer<PlanBuilder> child = inside -> {
                    entry.enter(inside);
                    inside.execve("/bin/cat", List.of("cat", "/proc/self/cgroup"), List.of());
                };
                entry.birthplace()
                        .map(group -> lines.clone3(0, pidfd, group, child))
                        .orElseGet(() -> lines.clone3(0, pidfd, child))
                        .into(pid);
                lines.wait4(pid.value(), Slot.of("status"));
                lines.exit_group(0);
            });
            Descriptor.Pipe pipe = Descriptor.pipe();
            try (Descriptor out = pipe.out();
                    Launch launch = containers.launcher().start(plan, "test", Map.of(1, pipe.in()))) {
                pipe.in().close();
                launch.awaitStart(report -> {});
                String theirs = Files.readString(Path.of("/proc/" + process.pid() + "/cgroup"));
                assertThat(new String(out.read(8192), StandardCharsets.UTF_8)).isEqualTo(theirs);
                launch.reap();
            }
        }
    }
}

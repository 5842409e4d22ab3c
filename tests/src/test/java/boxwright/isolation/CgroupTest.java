package boxwright.isolation;

import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.cgroup.Freezer;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Groups;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.isolation.cgroup.Limits;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanException;
import boxwright.kernel.Slot;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Consumer;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits on the real kernel, in whichever version it has them: read back from both sides, and felt. */
class CgroupTest {
    private static final Limits NONE = Limits.none();
    private static final Limits PAUSABLE = new Limits(
            Limits.Memory.FREE, OptionalLong.empty(), Limits.Cpu.FREE, OptionalInt.empty(), Optional.empty(), true);

    @TempDir
    private Path directory;

    private int started;
    private Optional<String> killed = Optional.empty();

    @BeforeEach
    void needsRoot() throws IOException {
        Machine.needsRoot();
        Files.createDirectories(directory.resolve("containers"));
        Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
    }

    private static void needs(Controller controller) {
        assumeTrue(
                Hierarchies.here()
                        .with(controller)
                        .filter(found -> !found.readOnly())
                        .isPresent(),
                "needs a hierarchy of cgroups that is writable and has " + controller.word());
    }

    /** What a container printed, and how it ended. */
    private record Ran(String output, ExitStatus status) {}

    private Cgroup cgroup(Limits limits) {
        return Cgroup.of("test-" + ProcessHandle.current().pid() + "-" + started++, limits);
    }

    private Scratch scratch() {
        return new Scratch(directory.resolve("containers").resolve("" + started++), Optional.empty());
    }

    private ContainerPlan plan(Cgroup cgroup, Scratch scratch, String script) {
        return ContainerPlan.of(
                List.of(
                        new PidNamespace(),
                        new RootFilesystem(scratch.over(directory.resolve("root")), KernelFilesystems.asDockerDoes()),
                        cgroup),
                Program.of(List.of("busybox", "sh", "-c", script)),
                Optional.of(scratch));
    }

    private ContainerProcess start(Cgroup cgroup, String script, Map<Integer, Descriptor> descriptors) {
        ContainerPlan container = plan(cgroup, scratch(), script);
        return ContainerProcess.start(
                new Launcher(directory), container, container.plan(), descriptors, pid -> {}, reports -> {});
    }

    private Ran run(Limits limits, String script) {
        Cgroup cgroup = cgroup(limits);
        Path output = directory.resolve("output" + started++);
        try (Descriptor file = Descriptor.open(output, O_WRONLY | O_CREAT, 0600);
                ContainerProcess process = start(cgroup, script, Map.of(1, file, 2, file))) {
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

    private static List<Path> groups(Cgroup cgroup) {
        return cgroup.groups().all().stream().map(Group::directory).toList();
    }

    /** Where a file of a group is inside: with several hierarchies each has a directory. */
    private static String inside(Controller controller, String first, String second) {
        Hierarchy hierarchy = Hierarchies.here().with(controller).orElseThrow();
        if (hierarchy.version() == 1) {
            return "/sys/fs/cgroup/" + hierarchy.option() + "/" + first;
        }
        boolean alone = Hierarchies.here().all().size() == 1;
        return "/sys/fs/cgroup/" + (alone ? "" : "unified/") + second;
    }

    @Test
    void itsFirstProcessIsInItsGroupsAndSeesThemAsRoots() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = cgroup(PAUSABLE);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process = start(cgroup, "cat /proc/self/cgroup; sleep 1000", Map.of(1, pipe.in()))) {
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
        Cgroup cgroup = cgroup(PAUSABLE);
        try (ContainerProcess process = start(cgroup, "sleep 1000", Map.of())) {
            assertThat(Machine.descriptors(process.pid())).containsExactly(0, 1, 2);
            assertThat(Files.readAllLines(groups(cgroup).getFirst().resolve("cgroup.procs")))
                    .contains("" + process.pid())
                    .hasSizeLessThanOrEqualTo(2); // the shell, and its sleep
        }
    }

    @Test
    void itCanLookAtItsLimitsAndNotChangeThem() {
        needs(Controller.PIDS);
        String file = inside(Controller.PIDS, "pids.max", "pids.max");

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
        String file = inside(Controller.MEMORY, "memory.limit_in_bytes", "memory.max");

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
        Limits limits = new Limits(
                Limits.Memory.FREE,
                OptionalLong.empty(),
                new Limits.Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "" + last, "0"),
                OptionalInt.empty(),
                Optional.empty(),
                false);

        assertThat(run(limits, "busybox grep -E '(Cpus|Mems)_allowed_list' /proc/self/status | busybox tr -d '\\t'")
                        .output())
                .isEqualTo("Cpus_allowed_list:" + last + "\nMems_allowed_list:0\n");
    }

    @Test
    void itsShareOfTheProcessorsIsWhatWasAskedFor() throws Exception {
        needs(Controller.CPU);
        Limits limits = new Limits(
                Limits.Memory.FREE,
                OptionalLong.empty(),
                new Limits.Cpu(OptionalLong.of(512), OptionalLong.of(5_000), OptionalLong.of(50_000), "", ""),
                OptionalInt.empty(),
                Optional.empty(),
                false);
        boolean second = Hierarchies.here().with(Controller.CPU).orElseThrow().version() == 2;
        String stat = inside(Controller.CPU, "cpu.stat", "cpu.stat");
        String files = second
                ? "cd /sys/fs/cgroup; cat cpu.max cpu.weight"
                : "cd " + inside(Controller.CPU, "", "") + "; cat cpu.cfs_quota_us cpu.cfs_period_us cpu.shares";

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
        Limits limits = new Limits(
                Limits.Memory.FREE,
                OptionalLong.empty(),
                Limits.Cpu.FREE,
                OptionalInt.of(300),
                Optional.empty(),
                false);
        Cgroup cgroup = cgroup(limits);
        String file = cgroup.groups().all().getFirst().settings().getFirst().file();

        String output = run(limits, "cat " + inside(Controller.IO, file, file)).output();

        assertThat(output)
                .contains(cgroup.groups().all().getFirst().settings().getFirst().value());
    }

    @Test
    void adDeviceThatIsNotInTheListCannotBeOpenedThoughItsNodeCanBeMade() {
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
        return new Limits(
                Limits.Memory.FREE,
                OptionalLong.empty(),
                Limits.Cpu.FREE,
                OptionalInt.empty(),
                Optional.of(DeviceRules.asDockerDoes().and(more)),
                false);
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
        Cgroup cgroup = new Cgroup(groups, CgroupView.PRIVATE);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process = start(
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
        Cgroup cgroup = cgroup(PAUSABLE);
        Descriptor.Pipe pipe = Descriptor.pipe();
        try (Descriptor out = pipe.out();
                ContainerProcess process =
                        start(cgroup, "while :; do echo x; busybox sleep 0.01; done", Map.of(1, pipe.in()))) {
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
    private static long cpuTime(int pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    @Test
    void anotherProcessCanComeIntoTheGroupsOfARunningContainer() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = cgroup(PAUSABLE);
        try (ContainerProcess process = start(cgroup, "sleep 1000", Map.of())) {
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
                    Launch launch = new Launcher(directory).start(plan, "test", Map.of(1, pipe.in()))) {
                pipe.in().close();
                launch.awaitStart(report -> {});
                String theirs = Files.readString(Path.of("/proc/" + process.pid() + "/cgroup"));
                assertThat(new String(out.read(8192), StandardCharsets.UTF_8)).isEqualTo(theirs);
                launch.reap();
            }
        }
    }

    @Test
    void whoIsStillInAGroupIsEndedWithIt() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = cgroup(PAUSABLE);
        // Without a PID namespace, nobody ends the children of a process with it.
        Scratch scratch = scratch();
        ContainerPlan container = ContainerPlan.of(
                List.of(cgroup(cgroup)),
                Program.of(List.of("/bin/sh", "-c", "sleep 1234 & echo $!")),
                Optional.of(scratch));
        Descriptor.Pipe pipe = Descriptor.pipe();
        long orphan;
        try (Descriptor out = pipe.out();
                ContainerProcess process = ContainerProcess.start(
                        new Launcher(directory),
                        container,
                        container.plan(),
                        Map.of(1, pipe.in()),
                        pid -> {},
                        reports -> {})) {
            pipe.in().close();
            process.await();
            orphan = Long.parseLong(new String(out.read(100), StandardCharsets.UTF_8).strip());
            assertThat(Machine.isAlive(orphan)).isTrue();
        }
        assertThat(groups(cgroup)).allSatisfy(group -> assertThat(group).doesNotExist());
        assertThat(Machine.isAlive(orphan)).isFalse();
    }

    /** The groups of one, without what it mounts: in the host's files. */
    private static Isolation cgroup(Cgroup whole) {
        return new Isolation() {
            @Override
            public String chapter() {
                return whole.chapter();
            }

            @Override
            public void addBefore(PlanBuilder plan) {
                whole.addBefore(plan);
            }

            @Override
            public Optional<Slot> birthplace() {
                return whole.birthplace();
            }

            @Override
            public void addTo(PlanBuilder plan) {
                CgroupEntry.into(whole.groups().all()).enter(plan);
            }

            @Override
            public List<Path> leftovers() {
                return whole.leftovers();
            }

            @Override
            public void remove() {
                whole.remove();
            }
        };
    }

    @Test
    void theSweepFindsTheGroupsOfAContainerWhoseProcessesWereAllKilled() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = cgroup(PAUSABLE);
        Path abandoned = Files.createDirectories(directory.resolve("containers/abandoned"));
        Process left = new ProcessBuilder("sleep", "1234").start();
        try {
            for (Path group : groups(cgroup)) {
                Files.createDirectory(group);
                Files.writeString(group.resolve("cgroup.procs"), "" + left.pid());
            }
            List<String> note = new ArrayList<>();
            groups(cgroup).forEach(group -> note.add(group.toString()));
            Files.write(abandoned.resolve("cgroups"), note);
            Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

            Scratch.sweep(directory.resolve("containers"), directory.resolve("names"));

            assertThat(groups(cgroup))
                    .isNotEmpty()
                    .allSatisfy(group -> assertThat(group).doesNotExist());
            assertThat(abandoned).doesNotExist();
            eventually("who was in it has ended", () -> !left.isAlive());
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void aSetUpThatFailsLeavesNoGroup() {
        needs(Controller.FREEZER);
        Cgroup cgroup = cgroup(PAUSABLE);
        Scratch scratch = scratch();
        ContainerPlan container = ContainerPlan.of(
                List.of(
                        new PidNamespace(),
                        new RootFilesystem(
                                scratch.over(directory.resolve("nowhere")), KernelFilesystems.asDockerDoes()),
                        cgroup),
                Program.of(List.of("true")),
                Optional.of(scratch));

        assertThat(Assertions.catchThrowable(() ->
                        ContainerProcess.start(new Launcher(directory), container, container.plan(), reports -> {})))
                .isInstanceOf(PlanException.class);

        assertThat(groups(cgroup))
                .isNotEmpty()
                .allSatisfy(group -> assertThat(group).doesNotExist());
    }

    /** The JVM is killed at any instant; the monitor removes what is left. */
    @Test
    void aKilledJvmLeavesNoGroup() throws Exception {
        needs(Controller.FREEZER);
        Random random = new Random(3);
        for (int i = 0; i < 15; i++) {
            String name = "killed-" + ProcessHandle.current().pid() + "-" + i + "-";
            Process jvm = new ProcessBuilder(Machine.java(Jvm.class, directory.toString(), name))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var says = jvm.inputReader(StandardCharsets.UTF_8);
            int number = random.nextInt(5);
            for (int line = 0; line <= number; line++) {
                assertThat(says.readLine()).isNotNull();
            }
            Thread.sleep(random.nextInt(6), random.nextInt(999_999));
            jvm.destroyForcibly().waitFor();
            eventually(
                    "no group is left, time " + i,
                    () -> named(Cgroup.PREFIX + name).isEmpty());
        }
    }

    private static List<Path> named(String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Hierarchy hierarchy : Hierarchies.here().all()) {
            for (Path place : List.of(hierarchy.own(), hierarchy.own().getParent(), hierarchy.point())) {
                try (var entries = Files.newDirectoryStream(place, prefix + "*")) {
                    entries.forEach(found::add);
                }
            }
        }
        return found;
    }

    /** Another JVM: it starts and ends containers until it is killed. */
    static final class Jvm {
        public static void main(String[] arguments) {
            CgroupTest test = new CgroupTest();
            test.directory = Path.of(arguments[0]);
            for (int i = 0; ; i++) {
                Cgroup cgroup = Cgroup.of(arguments[1] + i, PAUSABLE);
                Scratch scratch =
                        new Scratch(test.directory.resolve("containers").resolve(arguments[1] + i), Optional.empty());
                ContainerPlan container = test.plan(cgroup, scratch, "exit 0");
                try (ContainerProcess process = ContainerProcess.start(
                        new Launcher(test.directory), container, container.plan(), reports -> {})) {
                    System.out.println(process.pid());
                    process.await();
                }
            }
        }
    }
}

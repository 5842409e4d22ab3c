package boxwright.runtime;

import static boxwright.kernel.Constants.SIGKILL;
import static boxwright.kernel.Constants.SIGSTOP;
import static boxwright.kernel.Constants.SIGTERM;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Containers of step 03 on a busybox root: how they start and end, and that nothing is left of them. */
class ContainerProcessTest {
    @BeforeEach
    void needsRoot() {
        Machine.needsRoot();
    }

    @Test
    void aContainerHasItsOwnProcessesNameAndRoot(@TempDir Path directory) {
        Containers containers = Containers.in(directory);
        Scratch scratch = containers.scratch("1", "box");
        ContainerPlan plan =
                containers.plan(scratch, "sh", "-c", "echo $$ $(hostname) $(ls /); ls /proc | grep -c '^[0-9]'");
        try (Descriptor.Pipe output = Descriptor.pipe();
                ContainerProcess process = ContainerProcess.start(
                        containers.launcher(), plan, plan.plan(), Map.of(1, output.in()), pid -> {}, reports -> {})) {
            assertThat(process.await()).isEqualTo(new ExitStatus(0));
            assertThat(new String(output.out().read(1000), StandardCharsets.UTF_8))
                    .startsWith("1 box bin dev proc sys\n");
        }
        containers.assertEmpty();
    }

    @Test
    void theExitStatusIsTheProgramsOwnOrItsSignal(@TempDir Path directory) {
        Containers containers = Containers.in(directory);
        assertThat(containers.run("sh", "-c", "exit 0").code()).isZero();
        assertThat(containers.run("sh", "-c", "exit 255").code()).isEqualTo(255);
        // Number 1 of a PID namespace cannot signal itself to death; a process that it starts can.
        assertThat(containers
                        .run("sh", "-c", "sh -c 'kill -TERM $$' 2> /dev/null; exit $?")
                        .code())
                .isEqualTo(128 + SIGTERM);
        containers.assertEmpty();
    }

    @Test
    void aSignalReachesTheProgram(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        try (Descriptor.Pipe output = Descriptor.pipe();
                ContainerProcess process = containers.start(
                        containers.scratch("1", "box"),
                        Map.of(1, output.in()),
                        "sh",
                        "-c",
                        "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done")) {
            assertThat(new String(output.out().read(100), StandardCharsets.UTF_8))
                    .isEqualTo("ready\n");
            process.signal(SIGTERM);
            assertThat(process.await().code()).isEqualTo(5);
        }
        try (ContainerProcess process = containers.start("2", "sleep", "1000")) {
            process.signal(SIGKILL);
            ExitStatus status = process.await();
            assertThat(status.signal()).isEqualTo(SIGKILL);
            assertThat(status.code()).isEqualTo(137);
            process.signal(SIGKILL);
        }
        containers.assertEmpty();
    }

    @Test
    void closingARunningContainerEndsItAndRemovesItsDirectory(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        String writes = "i=0; while :; do i=$((i+1)); echo x > /made$i; [ $i -lt 500 ] || { rm -f /made*; i=0; }; done";
        for (int i = 0; i < 10; i++) {
            int pid;
            try (ContainerProcess process = containers.start("" + i, "sh", "-c", writes)) {
                pid = process.pid();
                Thread.sleep(20);
                assertThat(Machine.isAlive(pid)).isTrue();
            }
            assertThat(Machine.isAlive(pid)).isFalse();
            containers.assertEmpty();
        }
    }

    @Test
    void anEndedMonitorEndsTheContainer(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        try (ContainerProcess process = containers.start("1", "sleep", "1000")) {
            Machine.run("kill", "-KILL", "" + monitor(process.pid()));
            eventually("the container has ended", () -> !Machine.isAlive(process.pid()));
        }
        containers.assertEmpty();
    }

    @Test
    void aMonitorIsSmallAndAlone(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        try (ContainerProcess process = containers.start("1", "sleep", "1000")) {
            int monitor = monitor(process.pid());
            assertThat(Machine.children(ProcessHandle.current().pid())).contains(monitor);
            assertThat(Machine.children(monitor)).containsExactly(process.pid());
            assertThat(Machine.descriptors(process.pid())).containsExactly(0, 1, 2);
            assertThat(Files.readString(Path.of("/proc/" + monitor + "/cmdline")))
                    .startsWith("boxwright: monitor of sleep");
            long kilobytes = Files.readString(Path.of("/proc/" + monitor + "/smaps_rollup"))
                    .lines()
                    .filter(line -> line.startsWith("Private_"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
            System.out.println("private memory of a monitor: " + kilobytes + " KB");
            assertThat(kilobytes).isBetween(1L, 199L);
        }
        containers.assertEmpty();
    }

    @Test
    void aProgramThatIsNotThereIs127AndOneThatMayNotRunIs126(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        Path script = Files.writeString(containers.root().resolve("bin/text"), "no program\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));
        Files.createDirectories(containers.root().resolve("usr/bin"));

        assertThat(containers.failure("no-such")).isEqualTo(StartFailure.NOT_FOUND);
        assertThat(containers.failure("/no/such")).isEqualTo(StartFailure.NOT_FOUND);
        assertThat(containers.failure("/bin/sh/no")).isEqualTo(StartFailure.NOT_FOUND);
        assertThat(containers.failure("text")).isEqualTo(StartFailure.NOT_EXECUTABLE);
        assertThat(containers.failure("/bin/text")).isEqualTo(StartFailure.NOT_EXECUTABLE);
        assertThat(containers.failure("/bin")).isEqualTo(StartFailure.NOT_EXECUTABLE);
        containers.assertEmpty();
    }

    @Test
    void aSetUpThatFailsLeavesNothing(@TempDir Path directory) {
        Containers containers = Containers.in(directory);
        assertThat(containers.run("true").code()).isZero();
        List<Integer> descriptors = Machine.descriptors(ProcessHandle.current().pid());
        Scratch scratch = containers.scratch("1", "box");
        ContainerPlan plan = new Containers(directory.resolve("nowhere")).plan(scratch, "sh");
        List<Report> seen = new ArrayList<>();

        assertThatExceptionOfType(PlanException.class)
                .isThrownBy(() -> ContainerProcess.start(containers.launcher(), plan, plan.plan(), seen::addAll))
                .satisfies(failure -> {
                    assertThat(failure.call().systemCall()).isEqualTo(SystemCall.MOUNT);
                    assertThat(failure.call().chapter()).isEqualTo("03-root-filesystem");
                    assertThat(StartFailure.of(failure, seen)).isEqualTo(StartFailure.ENGINE);
                });

        assertThat(seen.getLast().call().systemCall()).isEqualTo(SystemCall.MOUNT);
        // Fewer may be left, where the collector closes what an earlier test forgot.
        assertThat(descriptors)
                .containsAll(Machine.descriptors(ProcessHandle.current().pid()));
        containers.assertEmpty();
    }

    @Test
    void aPreparationThatFailsLeavesNothing(@TempDir Path directory) {
        Containers containers = Containers.in(directory);
        ContainerPlan plain = containers.plan(containers.scratch("1", "box"), "sleep", "1000");
        ContainerPlan plan = new ContainerPlan(
                plain.isolation(),
                plain.program(),
                false,
                Optional.of("maps are written"),
                plain.scratch(),
                Optional.empty(),
                false);
        List<Integer> pids = new ArrayList<>();

        assertThatIllegalStateException()
                .isThrownBy(() -> ContainerProcess.start(
                        containers.launcher(),
                        plan,
                        plan.plan(),
                        Map.of(),
                        pid -> {
                            pids.add(pid);
                            assertThat(Machine.isAlive(pid)).isTrue();
                            throw new IllegalStateException("no maps");
                        },
                        reports -> {}));

        assertThat(pids).hasSize(1);
        assertThat(Machine.isAlive(pids.getFirst())).isFalse();
        containers.assertEmpty();
    }

    @Test
    void aNameBelongsToOneContainer(@TempDir Path directory) {
        Containers containers = Containers.in(directory);
        Scratch first = containers.scratch("1", "box");
        Scratch second = containers.scratch("2", "box");
        try (ContainerProcess process = containers.start(first, Map.of(), "sleep", "1000")) {
            ContainerPlan plan = containers.plan(second, "sleep", "1000");
            assertThatExceptionOfType(PlanException.class)
                    .isThrownBy(() -> ContainerProcess.start(containers.launcher(), plan, plan.plan(), reports -> {}))
                    .satisfies(failure -> {
                        assertThat(failure.errno()).isEqualTo(EEXIST);
                        assertThat(failure.call().systemCall()).isEqualTo(SystemCall.SYMLINKAT);
                    });

            assertThat(Machine.isAlive(process.pid())).isTrue();
            assertThat(containers.directories()).containsExactly("1");
            assertThat(containers.names()).containsExactly("box");
            assertThat(first.name().orElseThrow()).isDirectory();
        }
        containers.assertEmpty();
        assertThat(containers.run("true").code()).isZero();
    }

    @Test
    void theSweepRemovesWhatNobodyHolds(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofMinutes(1)));
        try (ContainerProcess process = containers.start("live", "sleep", "1000")) {
            Path abandoned = Files.createDirectories(directory.resolve("containers/abandoned"));
            Files.createDirectories(abandoned.resolve("upper/etc"));
            Files.writeString(abandoned.resolve("upper/etc/file"), "x");
            Files.createSymbolicLink(abandoned.resolve("upper/link"), containers.root());
            Files.createDirectories(directory.resolve("containers/young"));
            Files.createSymbolicLink(directory.resolve("names/lost"), Path.of("../containers/gone"));
            Files.createSymbolicLink(directory.resolve("names/swept"), Path.of("../containers/abandoned"));
            Files.setLastModifiedTime(abandoned, old);
            Files.setLastModifiedTime(directory.resolve("containers/live"), old);

            Scratch.sweep(directory.resolve("containers"), directory.resolve("names"));

            assertThat(containers.directories()).containsExactly("live", "young");
            assertThat(containers.names()).containsExactly("name-of-live");
            assertThat(containers.root().resolve("bin/busybox"))
                    .as("behind a link")
                    .exists();
            assertThat(Machine.isAlive(process.pid())).isTrue();
            Files.delete(directory.resolve("containers/young"));
        }
        containers.assertEmpty();
    }

    @Test
    void aKilledJvmLeavesNothing(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        Process jvm = containers.jvm(1);
        BufferedReader says = jvm.inputReader(StandardCharsets.UTF_8);
        int pid = Integer.parseInt(says.readLine());
        int monitor = monitor(pid);
        assertThat(Machine.isAlive(pid)).isTrue();
        assertThat(containers.directories()).containsExactly("1");

        jvm.destroyForcibly().waitFor();

        eventually("the container has ended", () -> !Machine.isAlive(pid));
        eventually("the monitor has ended", () -> !Machine.isAlive(monitor));
        containers.assertEmpty();
    }

    /** What {@link Scratch#delete} has done when its JVM is killed: so far, and no further. */
    enum Deleted {
        NOTHING,
        NAME,
        NAME_AND_DIRECTORY
    }

    @ParameterizedTest
    @EnumSource(Deleted.class)
    void aJvmKilledWhileItTidiesUpLeavesNothingAndTakesNoOthersName(Deleted before, @TempDir Path directory)
            throws Exception {
        Containers containers = Containers.in(directory);
        Process jvm = containers.jvm(1);
        int pid = Integer.parseInt(jvm.inputReader(StandardCharsets.UTF_8).readLine());
        int monitor = monitor(pid);
        // The container ends, but the JVM stands still: it has not begun to tidy up.
        signal((int) jvm.pid(), SIGSTOP);
        signal(pid, SIGKILL);
        eventually("the container has ended", () -> !Machine.isAlive(pid));
        Path name = directory.resolve("names/name-of-1");
        if (before != Deleted.NOTHING) {
            Files.move(name, directory.resolve("names/.1"));
            // Another container takes the name, which is free.
            Files.createSymbolicLink(name, Path.of("../containers/other"));
        }
        if (before == Deleted.NAME_AND_DIRECTORY) {
            try (Stream<Path> tree = Files.walk(directory.resolve("containers/1"))) {
                tree.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }

        jvm.destroyForcibly().waitFor();

        eventually("the monitor has ended", () -> !Machine.isAlive(monitor));
        if (before != Deleted.NOTHING) {
            assertThat(containers.names()).as("the other's").containsExactly("name-of-1");
            Files.delete(name);
        }
        containers.assertEmpty();
    }

    /** The JVM starts and ends containers all the time, so that the signal meets it anywhere. */
    @Test
    void aJvmKilledAtAnyInstantLeavesNothing(@TempDir Path directory) throws Exception {
        Containers containers = Containers.in(directory);
        Random random = new Random(7);
        for (int i = 0; i < 25; i++) {
            Process jvm = containers.jvm(1_000_000);
            BufferedReader says = jvm.inputReader(StandardCharsets.UTF_8);
            int number = random.nextInt(5);
            for (int line = 0; line <= number; line++) {
                assertThat(says.readLine()).isNotNull();
            }
            Thread.sleep(0, random.nextInt(999_999));
            Thread.sleep(random.nextInt(6));
            jvm.destroyForcibly().waitFor();
            eventually(
                    "nothing is left, time " + i,
                    () -> containers.directories().isEmpty()
                            && containers.names().isEmpty()
                            && containers.processes().isEmpty());
        }
        containers.assertEmpty();
    }

    /** Another JVM: it starts containers one after the other, and ends all but the last. */
    static final class Jvm {
        public static void main(String[] arguments) throws Exception {
            Containers containers = new Containers(Path.of(arguments[0]));
            int count = Integer.parseInt(arguments[1]);
            for (int i = 1; i < count; i++) {
                try (ContainerProcess process = containers.start("" + i, "true")) {
                    System.out.println(process.pid());
                    process.await();
                }
            }
            try (ContainerProcess process = containers.start("" + count, "sleep", "1000")) {
                System.out.println(process.pid());
                process.await();
            }
        }
    }

    private static void signal(int pid, int signal) {
        try (Descriptor process = Descriptor.ofProcess(pid).orElseThrow()) {
            process.signal(signal);
        }
    }

    private static int monitor(int pid) {
        return Integer.parseInt(Machine.stat(pid).get(1));
    }
}

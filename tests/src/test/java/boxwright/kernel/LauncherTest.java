package boxwright.kernel;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.CLONE_NEWIPC;
import static boxwright.kernel.Constants.CLONE_NEWPID;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans on the real kernel, started as the engine starts them. */
class LauncherTest {
    private static final Slot PID = Slot.of("pid");
    private static final Slot PIDFD = Slot.of("pidfd");
    private static final Slot STATUS = Slot.of("status");
    private static final Slot GO = Slot.of("go");

    @Test
    void theNewProcessWaitsForJavaInItsNewNamespaces(@TempDir Path directory) {
        Machine.needsRoot();
        Plan plan = Plan.of(lines -> {
            lines.clone3(CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID, PIDFD, child -> {
                        child.read(fd(Launcher.CONTROL), GO).positive().because("until Java says go");
                        child.exit_group(3);
                    })
                    .into(PID)
                    .reported();
            waitForChild(lines);
        });

        try (Launch launch = new Launcher(directory).start(plan, "test")) {
            // Both processes report the clone, in any order; to the child it returned 0.
            int one = (int) launch.next().orElseThrow().result();
            int child = one + (int) launch.next().orElseThrow().result();
            assertThat(child).isPositive();
            assertThat(one).isIn(0, child);
            for (String type : List.of("uts", "ipc", "pid")) {
                assertThat(Machine.namespace(child, type)).as(type).isNotEqualTo(Machine.namespace(launch.pid(), type));
            }
            assertThat(Machine.namespace(child, "net")).isEqualTo(Machine.namespace(launch.pid(), "net"));
            assertThat(Machine.isAlive(child)).isTrue();

            launch.go();

            assertThat(launch.await()).isEqualTo(OptionalInt.of(3 << 8));
            assertThat(launch.reap()).isZero();
        }
    }

    @Test
    void theEndOfTheControlPipeIsAFailure(@TempDir Path directory) {
        Plan plan = Plan.of(lines -> {
            lines.read(fd(Launcher.CONTROL), GO).positive();
            lines.exit_group(0);
        });

        try (Descriptor nothing = Descriptor.open(Path.of("/dev/null"), O_RDONLY, 0);
                Launch launch = new Launcher(directory).start(plan, "test", Map.of(Launcher.CONTROL, nothing))) {
            assertThatExceptionOfType(PlanException.class)
                    .isThrownBy(launch::next)
                    .withMessage("read(5, &go, 4): returned 0, nobody was there any more")
                    .satisfies(failure -> assertThat(failure.errno()).isZero());
            assertThat(launch.reap()).isEqualTo(125 << 8);
        }
    }

    @Test
    void aDescriptorThatThePlanOpenedIsSentToJava(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "opened in the plan");
        Slot opened = Slot.of("opened");
        Plan plan = Plan.of(lines -> {
            lines.open(file.toString(), O_RDONLY, 0).into(opened);
            lines.sendDescriptor(fd(Launcher.FIRST_FREE), opened);
            lines.exit_group(0);
        });

        try (Descriptor.Pipe sockets = Descriptor.socketPair()) {
            Launch launch = new Launcher(directory).start(plan, "test", Map.of(Launcher.FIRST_FREE, sockets.in()));
            try (launch;
                    Descriptor received = sockets.out().receiveDescriptor()) {
                assertThat(new String(received.read(100), StandardCharsets.UTF_8))
                        .isEqualTo("opened in the plan");
                assertThat(received.number())
                        .as("above what a launcher uses for itself")
                        .isGreaterThanOrEqualTo(64);
                assertThat(Files.readString(Path.of("/proc/self/fdinfo/" + received.number())))
                        .as("O_CLOEXEC")
                        .containsPattern("flags:\\s+0?2[0-7]{6}\n");
                launch.awaitStart(report -> {});
                assertThat(launch.reap()).isZero();
            }
        }
    }

    @Test
    void whereNobodySendsADescriptorReceivingFails() {
        Descriptor.Pipe sockets = Descriptor.socketPair();
        sockets.in().close();
        try (Descriptor out = sockets.out()) {
            assertThatExceptionOfType(KernelException.class)
                    .isThrownBy(out::receiveDescriptor)
                    .satisfies(failure -> assertThat(failure.errno()).isEqualTo(Errno.EPIPE));
        }
    }

    @Test
    void aPlanJoinsTheNamespacesOfAnotherProcess(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        String unshare = Machine.needs("unshare");
        Process other = new ProcessBuilder(unshare, "--uts", "--ipc", "sleep", "60").start();
        try {
            String ours = Machine.namespace(ProcessHandle.current().pid(), "uts");
            eventually(
                    "unshare has new namespaces",
                    () -> !Machine.namespace(other.pid(), "ipc")
                            .equals(Machine.namespace(ProcessHandle.current().pid(), "ipc")));
            Plan plan = Plan.of(lines -> {
                lines.pidfd_open(other.pid()).into(PIDFD);
                lines.setns(PIDFD.value(), CLONE_NEWUTS | CLONE_NEWIPC).reported();
                lines.read(fd(Launcher.CONTROL), GO).positive();
                lines.exit_group(0);
            });
            try (Launch launch = new Launcher(directory).start(plan, "test")) {
                assertThat(launch.next()).isPresent();

                assertThat(Machine.namespace(launch.pid(), "uts"))
                        .isEqualTo(Machine.namespace(other.pid(), "uts"))
                        .isNotEqualTo(ours);
                assertThat(Machine.namespace(launch.pid(), "ipc")).isEqualTo(Machine.namespace(other.pid(), "ipc"));
                assertThat(Machine.namespace(ProcessHandle.current().pid(), "uts"))
                        .isEqualTo(ours);
                launch.go();
                assertThat(launch.next()).isEmpty();
                assertThat(launch.reap()).isZero();
            }
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    void aTimedPlanTellsWhenEachCallBeganAndEnded(@TempDir Path directory) throws Exception {
        Plan plan = Plan.of(lines -> {
                    lines.umask(022);
                    lines.read(fd(Launcher.CONTROL), GO).positive();
                    lines.exit_group(0);
                })
                .timed();
        long before = System.nanoTime();
        try (Launch launch = new Launcher(directory).start(plan, "test")) {
            Report first = launch.next().orElseThrow();
            Thread.sleep(50);
            launch.go();
            Report second = launch.next().orElseThrow();
            assertThat(launch.next()).isEmpty();

            assertThat(first.call().systemCall()).isEqualTo(SystemCall.UMASK);
            assertThat(second.call().systemCall()).isEqualTo(SystemCall.READ);
            // nanoTime is CLOCK_MONOTONIC too.
            assertThat(first.startedNanos()).isGreaterThan(before);
            assertThat(first.endedNanos()).isGreaterThan(first.startedNanos());
            assertThat(second.startedNanos()).isGreaterThan(first.endedNanos());
            assertThat(second.endedNanos()).isLessThan(System.nanoTime());
            assertThat(second.nanos()).isBetween(45_000_000L, 5_000_000_000L);
            assertThat(first.nanos()).isLessThan(45_000_000L);
            launch.reap();
        }
    }

    @Test
    void aFailureThatWasNotTimedDoesNotBorrowTheTimeOfAnotherCall(@TempDir Path directory) {
        Plan plan = Plan.of(lines -> {
            lines.umask(022).reported();
            lines.chdir("/no/such/directory");
            lines.exit_group(0);
        });
        try (Launch launch = new Launcher(directory).start(plan, "test")) {
            assertThatExceptionOfType(PlanException.class).isThrownBy(() -> launch.awaitStart(report -> {}));
            launch.reap();

            assertThat(launch.reports()).hasSize(2);
            assertThat(launch.reports().getFirst().startedNanos()).isPositive();
            assertThat(launch.reports().getLast().startedNanos()).isZero();
            assertThat(launch.reports().getLast().nanos()).isZero();
            assertThat(launch.reports().getLast().endedNanos()).isPositive();
        }
    }

    @Test
    void aFailureNamesTheVeryCallThatFailed(@TempDir Path directory) {
        Consumer<PlanBuilder> parent = lines -> {
            lines.mkdir(directory.resolve("p1").toString(), 0755);
            lines.mkdir(directory.resolve("p1").toString(), 0755)
                    .tolerate(EEXIST)
                    .otherwise(fallback -> {
                        fallback.mkdir(directory.resolve("p2").toString(), 0755);
                        fallback.mkdir(directory.resolve("no/p3").toString(), 0755)
                                .because("the parent's");
                    });
            lines.exit_group(0);
        };
        Consumer<PlanBuilder> inChild = lines -> {
            lines.mkdir(directory.resolve("c0").toString(), 0755);
            lines.fork(child -> {
                        child.mkdir(directory.resolve("c1").toString(), 0755);
                        child.mkdir(directory.resolve("no/c2").toString(), 0755).because("the child's");
                        child.mkdir(directory.resolve("no/c3").toString(), 0755);
                        child.exit_group(0);
                    })
                    .into(PID);
            waitForChild(lines);
        };

        assertFails(directory, parent, "no/p3", "the parent's", 125 << 8);
        assertFails(directory, inChild, "no/c2", "the child's", 0);
    }

    private static void assertFails(
            Path directory, Consumer<PlanBuilder> writer, String path, String because, int launcherStatus) {
        try (Launch launch = new Launcher(directory).start(Plan.of(writer), "test")) {
            assertThatExceptionOfType(PlanException.class)
                    .isThrownBy(() -> launch.awaitStart(report -> {}))
                    .withMessage("mkdirat(AT_FDCWD, \"" + directory.resolve(path)
                            + "\", 0755): ENOENT (No such file or directory)")
                    .satisfies(failure -> {
                        assertThat(failure.errno()).isEqualTo(ENOENT);
                        assertThat(failure.call().because()).isEqualTo(because);
                        assertThat(failure.plan()).isEqualTo(Plan.of(writer));
                    });
            assertThat(launch.reap()).isEqualTo(launcherStatus);
        }
    }

    @Test
    void theLauncherInheritsNothingButItsOwnDescriptors(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Process cat = new ProcessBuilder("cat").start();
        try (FileChannel channel = FileChannel.open(file);
                RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw");
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Selector selector = Selector.open();
                var entries = Files.newDirectoryStream(directory);
                Descriptor.Pipe pipe = Descriptor.pipe();
                Descriptor.Pipe passedOn = Descriptor.socketPair();
                Launch launch =
                        new Launcher(directory).start(waiting(), "test", Map.of(Launcher.FIRST_FREE, passedOn.in()))) {
            assertThat(channel.isOpen() && selector.isOpen() && !server.isClosed())
                    .isTrue();
            assertThat(random.getFD().valid()
                            && entries.iterator().hasNext()
                            && pipe.in().number() > 0)
                    .isTrue();
            assertThat(launch.next()).isPresent();

            assertThat(Machine.descriptors(launch.pid())).containsExactly(0, 1, 2, 3, 4, 5, Launcher.FIRST_FREE);
            end(launch);
        } finally {
            cat.destroy();
        }
    }

    @Test
    void ourStandardInputCanBePassedOnAndReplacedAtOnce(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        try (Descriptor replacement = Descriptor.open(file, O_RDONLY, 0);
                Launch launch = new Launcher(directory)
                        .start(waiting(), "test", Map.of(0, replacement, Launcher.FIRST_FREE, new Descriptor(0)))) {
            assertThat(launch.next()).isPresent();

            Path descriptors = Path.of("/proc", Integer.toString(launch.pid()), "fd");
            assertThat(Files.readSymbolicLink(descriptors.resolve("0"))).isEqualTo(file.toRealPath());
            assertThat(Files.readSymbolicLink(descriptors.resolve(Integer.toString(Launcher.FIRST_FREE))))
                    .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/fd/0")));
            end(launch);
        }
    }

    @Test
    void aWaitingLauncherHasLessThan200KilobytesForItself(@TempDir Path directory) throws IOException {
        try (Launch launch = new Launcher(directory).start(waiting(), "test")) {
            assertThat(launch.next()).isPresent();

            long privateKilobytes = Files.readString(Path.of("/proc/" + launch.pid() + "/smaps_rollup"))
                    .lines()
                    .filter(line -> line.startsWith("Private_"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();

            System.out.println("private memory of a waiting launcher: " + privateKilobytes + " KB");
            assertThat(privateKilobytes).isBetween(1L, 199L);
            end(launch);
        }
    }

    @Test
    void theLaunchersMemfdIsSealed(@TempDir Path directory) throws IOException {
        try (Launch launch = new Launcher(directory).start(waiting(), "test")) {
            assertThat(launch.next()).isPresent();
            Path executable = Path.of("/proc/" + launch.pid() + "/exe");
            assumeTrue(
                    Files.readSymbolicLink(executable).toString().equals("/memfd:boxwright (deleted)"),
                    "this kernel does not run memfds (vm.memfd_noexec)");

            try (Descriptor open = Descriptor.open(executable, O_RDONLY, 0)) {
                int getSeals = 1034;
                // F_SEAL_SEAL, SHRINK, GROW, WRITE; a kernel may have added F_SEAL_EXEC itself.
                assertThat(Libc.syscall(SystemCall.FCNTL, open.number(), getSeals) & 0xf)
                        .isEqualTo(0xf);
            }
            end(launch);
        }
    }

    @Test
    void twoHundredLaunchesFromEightThreadsLoseNothing(@TempDir Path directory) throws Exception {
        Launcher launcher = new Launcher(directory);
        launch(launcher, 0);
        long self = ProcessHandle.current().pid();
        List<Integer> descriptors = Machine.descriptors(self);
        List<Integer> children = Machine.children(self);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<OptionalInt>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                tasks.add(() -> launch(launcher, number));
            }
            List<Future<OptionalInt>> results = threads.invokeAll(tasks);
            for (int i = 0; i < 200; i++) {
                assertThat(results.get(i).get()).as("launch " + i).isEqualTo(OptionalInt.of(i % 100 << 8));
            }
        }
        // The JVM has files of its own that it opens late, a few; what a launch forgot would be there 200 times.
        List<Integer> more = new ArrayList<>(Machine.descriptors(self));
        more.removeAll(descriptors);
        assertThat(more).hasSizeLessThan(10);
        assertThat(children).containsAll(Machine.children(self));
    }

    /** A plan with a child whose exit status is the number. */
    static OptionalInt launch(Launcher launcher, int number) {
        Plan plan = Plan.of(lines -> {
            lines.fork(child -> child.exit_group(number % 100)).into(PID);
            waitForChild(lines);
        });
        try (Launch launch = launcher.start(plan, "test")) {
            launch.awaitStart(report -> {});
            OptionalInt status = launch.await();
            assertThat(launch.reap()).isZero();
            return status;
        }
    }

    @Test
    void aKernelThatDoesNotRunMemfdsGetsAFileWithoutAName(@TempDir Path directory) {
        Machine.needsRoot();
        assumeTrue(Files.exists(Path.of("/proc/sys/vm/memfd_noexec")), "needs vm.memfd_noexec (Linux 6.3)");
        List<String> command = new ArrayList<>(List.of(
                Machine.needs("unshare"),
                "--fork",
                "--pid",
                "--mount-proc",
                "sh",
                "-c",
                "echo 2 > /proc/sys/vm/memfd_noexec && exec \"$@\"",
                "sh"));
        command.addAll(Machine.java(WithoutMemfd.class, directory.toString()));

        Machine.Ran ran = Machine.run(command.toArray(String[]::new));

        assertThat(ran.output()).isEqualTo("a file without a name\n200 launches\n");
        assertThat(directory).isEmptyDirectory();
    }

    /** Says from where the launcher runs, and starts many at once: Linux refuses to run a file open for writing. */
    public static final class WithoutMemfd {
        /** Prints the result. */
        public static void main(String[] arguments) throws Exception {
            Launcher launcher = new Launcher(Path.of(arguments[0]));
            try (Launch launch = launcher.start(waiting(), "test")) {
                assertThat(launch.next()).isPresent();
                String executable = Files.readSymbolicLink(Path.of("/proc/" + launch.pid() + "/exe"))
                        .toString();
                System.out.println(
                        executable.startsWith(arguments[0]) && executable.endsWith(" (deleted)")
                                ? "a file without a name"
                                : executable);
                end(launch);
            }
            int ended = 0;
            try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
                List<Future<OptionalInt>> results = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    int number = i;
                    results.add(threads.submit(() -> launch(launcher, number)));
                }
                for (Future<OptionalInt> result : results) {
                    ended += result.get().isPresent() ? 1 : 0;
                }
            }
            System.out.println(ended + " launches");
        }
    }

    /** A plan that reports once and then waits until Java says go. */
    private static Plan waiting() {
        return Plan.of(lines -> {
            lines.umask(022).reported();
            lines.read(fd(Launcher.CONTROL), GO).positive();
            lines.exit_group(0);
        });
    }

    private static void end(Launch launch) {
        launch.go();
        Optional<Report> nothing = launch.next();
        assertThat(nothing).isEmpty();
        assertThat(launch.reap()).isZero();
    }

    private static void waitForChild(PlanBuilder lines) {
        lines.dup3(fd(Launcher.MONITOR), Launcher.REPORT, 0);
        lines.wait4(PID.value(), STATUS);
        lines.reportStatus(STATUS);
        lines.exit_group(0);
    }
}

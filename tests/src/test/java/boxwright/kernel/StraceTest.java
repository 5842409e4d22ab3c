package boxwright.kernel;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.CLONE_NEWIPC;
import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWPID;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static boxwright.kernel.Constants.O_CLOEXEC;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.kernel.Argument.Place;
import boxwright.kernel.ProcessCalls.PollEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An oracle that is not us: what the kernel saw of a plan, by strace(1), is what the plan says. */
public class StraceTest {
    private static final Slot FILE = Slot.of("file");
    private static final Slot PID = Slot.of("pid");
    private static final Slot PLACE = Slot.of("place");
    private static final Slot TREE = Slot.of("tree");
    private static final Slot PIDFD = Slot.of("pidfd");
    private static final Slot STATUS = Slot.of("status");

    @Test
    void theKernelSeesThePlan(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Slot buffer = Slot.of("buffer");
        Plan plan = Plan.of(lines -> {
            lines.blockSignals();
            lines.umask(0);
            lines.mkdir("made", 0750);
            lines.mkdir("made", 0750).tolerate(ENOENT, EEXIST).otherwise(fallback -> {
                fallback.chmod("made", 01777);
                fallback.symlink("../é \"quoted\"\n", "made/link");
            });
            lines.open("made/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0640).into(FILE);
            lines.write(FILE.value(), "a\tb\u001b[0m\u00ff");
            lines.fsync(FILE.value()).reported();
            lines.dup3(FILE.value(), 9, O_CLOEXEC);
            lines.close(FILE.value());
            lines.rename("made/file", "made/renamed");
            lines.open("made", O_RDONLY | O_PATH, 0).into(FILE);
            lines.mknod("made/null", 0666, 1, 3);
            lines.mknod("made/large", 0600, 259, 300);
            lines.createFile("made/plain", 0600);
            lines.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC);
            lines.sethostname("box");
            lines.setdomainname("example");
            lines.mount("none", "/", "", Constants.MS_REC | Constants.MS_PRIVATE);
            lines.mount("tmpfs", "made", "tmpfs", Constants.MS_NOSUID | Constants.MS_STRICTATIME, "mode=755,size=64k");
            lines.mount("", "made", "", Constants.MS_REMOUNT | Constants.MS_BIND | Constants.MS_RDONLY);
            lines.umount2("made", Constants.MNT_DETACH);
            lines.open("made", O_RDONLY | O_PATH, 0).into(FILE);
            lines.mkdir(FILE.value(), "place", 0700);
            lines.createFile(FILE.value(), "file", 0600);
            lines.open_tree("made", Constants.AT_RECURSIVE).into(TREE);
            lines.mount_setattr(TREE.value(), Constants.MOUNT_ATTR_RDONLY, Constants.MS_SLAVE, true);
            lines.openat2("made/place", O_PATH, Constants.RESOLVE_NO_MAGICLINKS).into(PLACE);
            lines.move_mount(TREE.value(), PLACE.value());
            lines.openat2("made/plain", O_RDONLY, Constants.RESOLVE_NO_SYMLINKS).into(PLACE);
            lines.open_tree(PLACE.value()).into(TREE);
            lines.move_mount(TREE.value(), FILE.value(), "file");
            lines.mount_setattr("made/file", 0, Constants.MOUNT_ATTR_NODEV);
            lines.fchdir(FILE.value());
            lines.chdir("..");
            lines.chdir("made");
            lines.chroot(".");
            lines.fork(child -> {
                        child.parentDeathSignal(Constants.SIGKILL);
                        child.setsid();
                        child.exit_group(42);
                    })
                    .into(PID)
                    .reported();
            lines.wait4(PID.value(), STATUS);
            lines.reportStatus(STATUS);
            lines.clone3(CLONE_NEWPID | CLONE_NEWUTS, PIDFD, child -> {
                        child.read(fd(Launcher.CONTROL), buffer).positive();
                        child.write(fd(9), buffer);
                        child.exit_group(0);
                    })
                    .into(PID);
            lines.ppoll(List.of(new PollEntry(new Place(PIDFD), POLLIN), new PollEntry(fd(9), 0)));
            lines.pidfd_send_signal(PIDFD.value(), Constants.SIGTERM);
            lines.wait4(PID.value(), STATUS);
            lines.call(SystemCall.UNLINKAT, fd(Constants.AT_FDCWD), Argument.text("null"), number(0));
            lines.closeOnExecFrom(3);
            lines.unblockSignals();
            lines.execve("/no/such", List.of("a b", "", "\\"), List.of("K=V", "E=é"))
                    .reported()
                    .tolerate(ENOENT);
            lines.exit_group(7);
        });
        Seen seen = trace(plan, directory, new byte[] {1, 2, 3, 4});

        assertThat(seen.outcome().exitCode()).isEqualTo(7);
        assertThat(seen.compare(plan)).isEqualTo(plan.flat().size());
    }

    @Test
    void theKernelSeesADescriptorBeingSentAndNamespacesBeingJoined(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Slot ends = new Slot("ends", 8);
        Slot master = Slot.of("master");
        Plan plan = Plan.of(lines -> {
            lines.call(
                    SystemCall.SOCKETPAIR,
                    number(Constants.AF_UNIX, Notation.name("AF_UNIX")),
                    number(Constants.SOCK_STREAM, Notation.name("SOCK_STREAM")),
                    number(0),
                    ends.address());
            lines.open("/proc/self/ns/uts", O_RDONLY, 0).into(FILE);
            lines.setns(FILE.value(), CLONE_NEWUTS);
            lines.sendDescriptor(ends.value(), FILE);
            lines.pidfd_open(ProcessHandle.current().pid()).into(PIDFD);
            lines.setns(PIDFD.value(), CLONE_NEWUTS | CLONE_NEWIPC);
            lines.open("/dev/ptmx", Constants.O_RDWR | Constants.O_NOCTTY, 0).into(master);
            lines.ioctl(master.value(), Constants.TIOCSPTLCK, "TIOCSPTLCK", Argument.pointerTo(0));
            lines.exit_group(0);
        });

        Seen seen = trace(plan, directory);

        assertThat(seen.compare(plan)).isEqualTo(plan.flat().size());
        assertThat(seen.outcome().exitCode()).isZero();
    }

    @Test
    void theKernelSeesNothingAfterAFailure(@TempDir Path directory) throws Exception {
        Plan plan = Plan.of(lines -> {
            lines.mkdir("one", 0755);
            lines.mkdir("no/two", 0755);
            lines.mkdir("three", 0755);
            lines.exit_group(0);
        });

        Seen seen = trace(plan, directory);

        assertThat(seen.outcome().exitCode()).isEqualTo(125);
        assertThat(seen.compare(plan)).isEqualTo(2);
    }

    @Test
    void theKernelSeesATimedPlanWithAClockBeforeAndAfterEachCall(@TempDir Path directory) throws Exception {
        Plan plan = Plan.of(lines -> {
                    lines.mkdir("one", 0755);
                    lines.fork(child -> child.exit_group(3)).into(PID);
                    lines.wait4(PID.value(), STATUS);
                    lines.exit_group(0);
                })
                .timed();

        assertThat(trace(plan, directory).compare(plan)).isEqualTo(5);
    }

    /** Plans that are not quite the one that ran. */
    static Stream<Arguments> others() {
        return Stream.of(
                other("another mode", lines -> lines.mkdir("one", 0700)),
                other("another path", lines -> lines.mkdir("two", 0755)),
                other("another call", lines -> lines.chmod("one", 0755)),
                other("a call too many", lines -> {
                    lines.mkdir("one", 0755);
                    lines.setsid();
                }),
                other("a call too few", lines -> {}),
                other(
                        "a report that did not come",
                        lines -> lines.mkdir("one", 0755).reported()),
                other("a process that was not started", lines -> lines.fork(child -> child.exit_group(0))));
    }

    private static Arguments other(String name, Consumer<PlanBuilder> writer) {
        return Arguments.of(name, writer);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void theOracleSeesADifference(String name, Consumer<PlanBuilder> writer, @TempDir Path directory) throws Exception {
        Seen seen = trace(ending(lines -> lines.mkdir("one", 0755)), directory);

        assertThat(seen.compare(ending(lines -> lines.mkdir("one", 0755)))).isEqualTo(2);
        assertThatExceptionOfType(AssertionError.class).as(name).isThrownBy(() -> seen.compare(ending(writer)));
    }

    private static Plan ending(Consumer<PlanBuilder> writer) {
        return Plan.of(lines -> {
            writer.accept(lines);
            lines.exit_group(0);
        });
    }

    /** A plan that ran under strace. */
    public record Seen(LauncherFile file, LauncherFile.Outcome outcome, Map<Integer, Trace> traces) {
        /** Compares it with a plan, and returns how many calls were compared. */
        public int compare(Plan plan) {
            return PlanWalk.compare(plan, new EncodedPlan(plan, Architecture.current()), traces);
        }

        /** What the launcher told as the container's wait status. */
        public long status() {
            return outcome.monitor().stream()
                    .filter(told -> told.index() < 0)
                    .findFirst()
                    .orElseThrow()
                    .result();
        }
    }

    private static Seen trace(Plan plan, Path directory, byte... control) throws IOException, InterruptedException {
        LauncherFile file = LauncherFile.of(plan, Architecture.current(), directory);
        LauncherFile.Outcome outcome = file.run(strace(), control);
        return new Seen(file, outcome, Trace.all(directory, "trace"));
    }

    /** Runs a plan with a monitor, whose control pipe is closed when the monitor has told the status. */
    public static Seen traceContainer(Plan plan, Path directory, Runnable tidyUp) throws Exception {
        LauncherFile file = LauncherFile.of(plan, Architecture.current(), directory);
        Process process = file.start(strace());
        try (OutputStream control = process.getOutputStream()) {
            Machine.eventually(
                    "the monitor has told the status",
                    () -> !process.isAlive() || file.reports("monitor").stream().anyMatch(told -> told.index() < 0));
            tidyUp.run();
            control.flush();
        }
        return new Seen(file, file.outcome(process), Trace.all(directory, "trace"));
    }

    private static List<String> strace() {
        return List.of(Machine.needs("strace"), "-ff", "-v", "-s", "9999", "-o", "trace");
    }
}

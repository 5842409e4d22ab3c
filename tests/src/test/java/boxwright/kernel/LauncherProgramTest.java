package boxwright.kernel;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.LauncherFile.Outcome;
import boxwright.kernel.LauncherFile.Told;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The machine code does what {@link Call} says, on both architectures: natively on this machine's, under qemu-user on
 * the other one.
 */
class LauncherProgramTest {
    private static final Slot FILE = Slot.of("file");

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aResultIsKeptForLaterCalls(Architecture architecture, @TempDir Path directory) throws Exception {
        Outcome outcome = run(architecture, directory, plan -> {
            // A descriptor that is taken first, so that the one in the slot cannot be a number known beforehand.
            plan.open("/dev/null", O_RDONLY, 0);
            plan.open("made", O_WRONLY | O_CREAT, 0640).into(FILE);
            plan.write(FILE.value(), "a list of system calls\n");
            plan.fsync(FILE.value());
            plan.close(FILE.value());
            plan.write(FILE.value(), "closed").tolerate(EBADF);
            plan.rename("made", "kept");
            plan.exit_group(7);
        });

        assertThat(outcome).isEqualTo(new Outcome(7, List.of(), List.of()));
        assertThat(directory.resolve("kept")).hasContent("a list of system calls\n");
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void allSixArgumentsReachTheKernel(Architecture architecture, @TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("from"), "0123456789");
        Slot from = Slot.of("from");
        Slot to = Slot.of("to");
        Slot zero = Slot.of("zero");
        Argument.Struct readAt = new Argument.Struct(List.of(Argument.field("offset", 8, 3)));
        Argument.Struct writeAt = new Argument.Struct(List.of(Argument.field("offset", 8, 5)));
        Plan plan = Plan.of(lines -> {
            lines.open("from", O_RDONLY, 0).into(from);
            lines.open("to", O_WRONLY | O_CREAT, 0600).into(to);
            // These two become copy_file_range: no call of ours has six arguments. Its flags must be 0.
            lines.call(SystemCall.GETPID, from.value(), readAt, to.value(), writeAt, number(4), number(1))
                    .tolerate(EINVAL)
                    .reported();
            lines.call(SystemCall.GETPID, from.value(), readAt, to.value(), writeAt, number(4), zero.value())
                    .reported();
            lines.exit_group(0);
        });
        EncodedPlan encoded = new EncodedPlan(plan, architecture);
        byte[] bytes = encoded.bytes().clone();
        int copyFileRange = architecture == Architecture.X86_64 ? 326 : 285;
        for (int index : new int[] {2, 3}) {
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(0x40 + index * 64, (short) copyFileRange);
        }

        Outcome outcome =
                LauncherFile.of(encoded, bytes, architecture, directory).run(LauncherFile.emulator(architecture));

        assertThat(outcome.reports()).extracting(Told::result).containsExactly((long) -EINVAL, 4L);
        assertThat(Files.readString(directory.resolve("to"))).isEqualTo("\0\0\0\0\0" + "3456");
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aLoopGoesBackAfterASuccessOrAtZeroAndOnAfterAnError(Architecture architecture, @TempDir Path directory)
            throws Exception {
        Slot out = Slot.of("out");
        Slot in = Slot.of("in");
        Outcome outcome = run(architecture, directory, plan -> {
            plan.pipe(out, in);
            plan.open("copy", O_WRONLY | O_CREAT, 0600).into(FILE);
            plan.write(in.value(), "listcalls");
            plan.dup3(out.value(), 50, 0).label("next");
            plan.read(fd(50), new Slot("four", 4)).tolerate(EAGAIN).otherwise(empty -> {
                empty.close(in.value()).label("closed").tolerate(EBADF);
                empty.exit_group(3);
            });
            plan.write(FILE.value(), new Slot("four", 4)).thenBackTo("next");
            plan.exit_group(1);
        });
        Outcome zero = run(architecture, directory, plan -> {
            plan.open("copy", O_RDONLY, 0).into(FILE);
            plan.close(FILE.value()).label("again").tolerate(EBADF).reported();
            plan.call(SystemCall.GETPID).reported();
            plan.dup3(fd(0), 50, 0).atZeroBackTo("again");
            plan.umask(0).atZeroBackTo("last");
            plan.umask(0).label("last").reported();
            plan.umask(0).atZeroBackTo("end");
            plan.exit_group(1);
            plan.exit_group(4).label("end");
        });

        assertThat(outcome.exitCode()).isEqualTo(3);
        assertThat(directory.resolve("copy")).hasContent("listcalls" + "call".substring(1));
        assertThat(zero.exitCode()).isEqualTo(4);
        assertThat(zero.reports()).extracting(Told::index).containsExactly(1, 2, 5);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void anErrorEndsThePlanAndIsReported(Architecture architecture, @TempDir Path directory) throws Exception {
        Outcome outcome = run(architecture, directory, plan -> {
            plan.mkdir("one", 0755);
            plan.mkdir("no/two", 0755).tolerate(EEXIST);
            plan.mkdir("three", 0755);
            plan.exit_group(0);
        });

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.reports()).singleElement().satisfies(told -> {
            assertThat(told.index()).isEqualTo(1);
            assertThat(told.result()).isEqualTo(-ENOENT);
            assertThat(told.after()).isPositive();
        });
        assertThat(directory.resolve("one")).exists();
        assertThat(directory.resolve("three")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void eachOfFourErrorsIsTolerated(Architecture architecture, @TempDir Path directory) throws Exception {
        Outcome outcome = run(architecture, directory, plan -> {
            plan.mkdir("no/two", 0755).tolerate(ENOENT, EACCES, EBADF, EINVAL);
            plan.mkdir("no/two", 0755).tolerate(EACCES, ENOENT, EBADF, EINVAL);
            plan.mkdir("no/two", 0755).tolerate(EACCES, EBADF, ENOENT, EINVAL);
            plan.mkdir("no/two", 0755).tolerate(EACCES, EBADF, EINVAL, ENOENT);
            plan.exit_group(3);
        });

        assertThat(outcome).isEqualTo(new Outcome(3, List.of(), List.of()));
    }

    /** seccomp(2) answers with any error we like; qemu-user has no seccomp, so this is for this machine's own program. */
    @Test
    void anErrorNumberBeyondAByteIsNotTakenForOneThatIsTolerated(@TempDir Path directory) throws Exception {
        int getpid = SystemCall.GETPID.number(Architecture.current());
        int errno = 0x100 + ENOENT;
        // struct sock_filter: code, jt, jf, k. Load the number of the call; if it is getpid, this errno; else allow.
        Argument.Struct filter = new Argument.Struct(Stream.of(
                        new int[] {0x20, 0, 0, 0},
                        new int[] {0x15, 0, 1, getpid},
                        new int[] {0x06, 0, 0, 0x00050000 | errno},
                        new int[] {0x06, 0, 0, 0x7fff0000})
                .flatMap(line -> Stream.of(
                        Argument.field("code", 2, line[0]),
                        Argument.field("jt", 1, line[1]),
                        Argument.field("jf", 1, line[2]),
                        Argument.field("k", 4, line[3])))
                .toList());
        Argument.Struct program =
                new Argument.Struct(List.of(Argument.field("len", 8, 4), Argument.field("filter", 8, filter)));
        Outcome outcome = run(Architecture.current(), directory, plan -> {
            plan.call(SystemCall.PRCTL, number(38), number(1), number(0), number(0), number(0));
            plan.call(SystemCall.PRCTL, number(22), number(2), program);
            plan.call(SystemCall.GETPID).tolerate(ENOENT);
            plan.exit_group(0);
        });

        assertThat(outcome.exitCode()).isEqualTo(125);
        assertThat(outcome.reports()).extracting(Told::result).containsExactly((long) -errno);
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aFallbackRunsAfterAToleratedErrorOnly(Architecture architecture, @TempDir Path directory) throws Exception {
        Outcome outcome = run(architecture, directory, plan -> {
            plan.mkdir("no/one", 0755).tolerate(ENOENT).otherwise(fallback -> {
                fallback.mkdir("no", 0755);
                fallback.mkdir("no/one", 0755).tolerate(ENOENT).otherwise(never -> never.exit_group(1));
                fallback.mkdir("no/no/two", 0755).tolerate(ENOENT).otherwise(inner -> inner.mkdir("inner", 0755));
            });
            plan.mkdir("two", 0755).tolerate(ENOENT).otherwise(never -> never.mkdir("never", 0755));
            plan.mkdir("three", 0755);
            plan.exit_group(0);
        });

        assertThat(outcome).isEqualTo(new Outcome(0, List.of(), List.of()));
        assertThat(directory.resolve("no/one")).exists();
        assertThat(directory.resolve("inner")).exists();
        assertThat(directory.resolve("two")).exists();
        assertThat(directory.resolve("never")).doesNotExist();
        assertThat(directory.resolve("three")).exists();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theEndOfFileIsAFailureWhereAPositiveResultIsNeeded(Architecture architecture, @TempDir Path directory)
            throws Exception {
        Consumer<PlanBuilder> waits = plan -> {
            plan.read(fd(Launcher.CONTROL), Slot.of("go")).positive();
            plan.exit_group(0);
        };

        assertThat(run(architecture, directory, waits, (byte) 1)).isEqualTo(new Outcome(0, List.of(), List.of()));
        Outcome hungUp = run(architecture, directory, waits);
        assertThat(hungUp.exitCode()).isEqualTo(125);
        assertThat(hungUp.reports()).singleElement().satisfies(told -> {
            assertThat(told.index()).isZero();
            assertThat(told.result()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void theChildRunsItsOwnListAndTheParentLearnsItsStatus(Architecture architecture, @TempDir Path directory)
            throws Exception {
        Slot pid = Slot.of("pid");
        Slot status = Slot.of("status");
        Outcome outcome = run(architecture, directory, plan -> {
            plan.fork(child -> {
                        child.mkdir("child", 0755);
                        child.exit_group(42);
                    })
                    .into(pid);
            plan.mkdir("parent", 0755);
            plan.dup3(fd(Launcher.MONITOR), Launcher.REPORT, 0);
            plan.wait4(pid.value(), status);
            plan.reportStatus(status);
            plan.exit_group(1);
        });

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.reports()).isEmpty();
        assertThat(outcome.monitor()).containsExactly(new Told(-1, 42 << 8, 0, 0));
        assertThat(directory.resolve("child")).exists();
        assertThat(directory.resolve("parent")).exists();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aFailureInTheChildIsReportedAsTheChilds(Architecture architecture, @TempDir Path directory) throws Exception {
        Slot pid = Slot.of("pid");
        Slot status = Slot.of("status");
        Outcome outcome = run(architecture, directory, plan -> {
            plan.fork(child -> {
                        child.mkdir("one", 0755);
                        child.mkdir("no/two", 0755);
                        child.exit_group(0);
                    })
                    .into(pid);
            plan.wait4(pid.value(), status);
            plan.reportStatus(status);
            plan.exit_group(0);
        });

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.reports()).hasSize(1);
        // fork, wait4, write, exit_group, and then the child's: mkdir, mkdir.
        assertThat(outcome.reports().getFirst().index()).isEqualTo(5);
        assertThat(outcome.reports().getFirst().result()).isEqualTo(-ENOENT);
        assertThat(outcome.monitor()).containsExactly(new Told(-1, 125 << 8, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aFallbackMayStartAChild(Architecture architecture, @TempDir Path directory) throws Exception {
        Slot pid = Slot.of("pid");
        Slot status = Slot.of("status");
        Outcome outcome = run(architecture, directory, plan -> {
            plan.mkdir("no/one", 0755).tolerate(ENOENT).otherwise(fallback -> {
                fallback.fork(child -> child.exit_group(9)).into(pid);
                fallback.wait4(pid.value(), status);
            });
            plan.mkdir("after", 0755);
            plan.exit_group(0);
        });

        assertThat(outcome).isEqualTo(new Outcome(0, List.of(), List.of()));
        assertThat(directory.resolve("after")).exists();
    }

    @ParameterizedTest
    @EnumSource(Architecture.class)
    void aReportedCallHasItsTimesAndTheOthersSayNothing(Architecture architecture, @TempDir Path directory)
            throws Exception {
        Outcome outcome = run(architecture, directory, plan -> {
            plan.mkdir("one", 0755);
            plan.mkdir("two", 0755).reported();
            plan.mkdir("two", 0755).tolerate(EEXIST).reported();
            plan.exit_group(0);
        });

        assertThat(outcome.reports()).extracting(Told::index).containsExactly(1, 2);
        assertThat(outcome.reports()).extracting(Told::result).containsExactly(0L, (long) -EEXIST);
        long last = 1;
        for (Told told : outcome.reports()) {
            assertThat(told.before()).isGreaterThanOrEqualTo(last);
            assertThat(told.after()).isGreaterThan(told.before());
            last = told.after();
        }
    }

    private static Outcome run(Architecture architecture, Path directory, Consumer<PlanBuilder> writer, byte... control)
            throws IOException, InterruptedException {
        return LauncherFile.of(Plan.of(writer), architecture, directory)
                .run(LauncherFile.emulator(architecture), control);
    }
}

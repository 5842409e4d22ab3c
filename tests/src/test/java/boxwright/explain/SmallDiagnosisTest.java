package boxwright.explain;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.EPERM;
import static boxwright.kernel.Errno.ESRCH;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class SmallDiagnosisTest {
    private static void check(Diagnosis diagnosis, int errno, String likely, String seen) {
        assertThat(diagnosis.errno()).isEqualTo(errno);
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    @Test
    void theJvmClosedThePipeInsteadOfSendingItsByte() {
        Plan plan = Plan.of(lines -> {
            lines.dup3(fd(Launcher.FIRST_FREE), Launcher.CONTROL, 0);
            lines.read(fd(Launcher.CONTROL), Slot.of("go")).positive().because("until Java has copied the image");
            lines.exit_group(0);
        });
        Descriptor.Pipe pipe = Descriptor.pipe();
        pipe.in().close();
        try (Descriptor out = pipe.out();
                Launch launch = new Launcher(Path.of("/tmp"))
                        .start(plan, "boxwright: test of the diagnosis", Map.of(Launcher.FIRST_FREE, out))) {
            PlanException failure =
                    Assertions.catchThrowableOfType(PlanException.class, () -> launch.awaitStart(report -> {}));
            launch.reap();
            check(Diagnosis.of(failure), 0, "our JVM closed the pipe", "the end of file");
            assertThat(Diagnosis.of(failure).message())
                    .startsWith("read(5, &go, 4): returned 0\n  for      until Java");
        }
    }

    @Test
    void theHostnameIsTooLong() {
        Machine.needsRoot();
        Diagnosis diagnosis = Provoked.inNewNamespaces(CLONE_NEWUTS, plan -> plan.sethostname("n".repeat(65)));
        check(diagnosis, EINVAL, "longer than 64 bytes", "65 bytes");
    }

    @Test
    void theProcessHasEnded() {
        // pid_max is at most 2^22, so no process has this number.
        check(
                Provoked.by(plan -> {
                    plan.pidfd_open(4_194_303);
                    plan.exit_group(0);
                }),
                ESRCH,
                "the process has ended",
                "there is no /proc/4194303");
    }

    @Test
    void theUserNamespaceIsOurOwn() {
        Slot pidfd = Slot.of("pidfd");
        check(
                Provoked.by(plan -> {
                    plan.pidfd_open(ProcessHandle.current().pid()).into(pidfd);
                    plan.setns(pidfd.value(), CLONE_NEWUSER);
                    plan.exit_group(0);
                }),
                EINVAL,
                "in our own user namespace",
                "are both user:[");
    }

    @Test
    void theDescriptorWasNotPassed() {
        check(
                Provoked.by(plan -> {
                    plan.fsync(fd(17));
                    plan.exit_group(0);
                }),
                EBADF,
                "the descriptor 17 was not passed",
                "no earlier call");
    }

    @Test
    void onlyASessionLeaderTakesATerminal() {
        Machine.needsRoot();
        Slot terminal = Slot.of("terminal");
        Diagnosis diagnosis = Provoked.inNewNamespaces(0, plan -> {
            plan.open("/dev/ptmx", Constants.O_RDWR | Constants.O_NOCTTY, 0).into(terminal);
            plan.ioctl(terminal.value(), Constants.TIOCSCTTY, "TIOCSCTTY", Argument.NULL);
        });
        check(diagnosis, EPERM, "only the leader of a session", "no setsid");
    }

    @Test
    void anUnknownFailureGetsThePlainPartOnly() {
        Diagnosis diagnosis = Provoked.by(plan -> {
            plan.call(boxwright.kernel.SystemCall.FLOCK, fd(0), number(0)).because("to see it fail");
            plan.exit_group(0);
        });
        assertThat(diagnosis.causes()).isEmpty();
        assertThat(diagnosis.message()).isEqualTo("flock(0, 0): EINVAL (Invalid argument)\n  for      to see it fail");
    }
}

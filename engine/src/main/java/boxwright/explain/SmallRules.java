package boxwright.explain;

import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.EPERM;
import static boxwright.kernel.Errno.EPIPE;
import static boxwright.kernel.Errno.ESRCH;

import boxwright.kernel.Constants;
import boxwright.kernel.Launcher;
import boxwright.kernel.SystemCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Calls with one or two reasons to fail each. */
final class SmallRules {
    /** __NEW_UTS_LEN; uname(2). */
    private static final int LONGEST_HOSTNAME = 64;
    /** Higher than any number that a plan gives to a descriptor of its own. */
    private static final int MOST_DESCRIPTORS = 64;

    private SmallRules() {}

    static List<Cause> of(Failure failure) {
        int errno = failure.errno();
        Optional<Cause> cause = switch (failure.systemCall()) {
            case READ -> errno == 0 ? hungUp(failure) : Optional.empty();
            case SETHOSTNAME, SETDOMAINNAME -> errno == EINVAL ? longName(failure) : Optional.empty();
            case PIDFD_OPEN -> errno == ESRCH ? noProcess(failure) : Optional.empty();
            case SETNS -> errno == EINVAL ? ownUserNamespace(failure) : Optional.empty();
            case IOCTL -> errno == EPERM ? noSession(failure) : Optional.empty();
            case WRITE, SENDMSG -> errno == EPIPE ? nobodyReads(failure) : Optional.empty();
            default -> Optional.empty();
        };
        return cause.or(() -> errno == EBADF ? notPassed(failure) : Optional.empty()).stream()
                .toList();
    }

    private static Optional<Cause> hungUp(Failure failure) {
        boolean control = failure.arguments().number(0) == Launcher.CONTROL;
        return Optional.of(new Cause(
                control
                        ? "our JVM closed the pipe instead of sending its byte: its preparation failed, or it was ended"
                        : "there is nothing more to read: the file has ended, or the other end was closed",
                "the read returned 0, the end of file"));
    }

    private static Optional<Cause> longName(Failure failure) {
        int length = failure.arguments().text(0).getBytes(StandardCharsets.UTF_8).length;
        return length <= LONGEST_HOSTNAME
                ? Optional.empty()
                : Optional.of(new Cause(
                        "the name is longer than " + LONGEST_HOSTNAME + " bytes",
                        "it has " + length + " bytes",
                        "choose a shorter one"));
    }

    private static Optional<Cause> noProcess(Failure failure) {
        long pid = failure.arguments().number(0);
        return failure.system().exists("/proc/self") && !failure.system().exists("/proc/" + pid)
                ? Optional.of(new Cause("the process has ended", "there is no /proc/" + pid))
                : Optional.empty();
    }

    /** setns(2): a process may not re-enter the user namespace that it is in. */
    private static Optional<Cause> ownUserNamespace(Failure failure) {
        if ((failure.arguments().cloneFlags() & Constants.CLONE_NEWUSER) == 0) {
            return Optional.empty();
        }
        Optional<String> own = failure.system().link("/proc/self/ns/user");
        return failure.before().stream()
                .filter(call -> call.systemCall() == SystemCall.PIDFD_OPEN)
                .map(call -> new Arguments(call).number(0))
                .filter(pid -> own.isPresent() && own.equals(failure.system().link("/proc/" + pid + "/ns/user")))
                .findFirst()
                .map(pid -> new Cause(
                        "the process is in our own user namespace, which cannot be joined again",
                        "/proc/" + pid + "/ns/user and /proc/self/ns/user are both " + own.orElse(""),
                        "leave CLONE_NEWUSER out"));
    }

    /** ioctl_tty(2), TIOCSCTTY: the caller must be a session leader without a terminal. */
    private static Optional<Cause> noSession(Failure failure) {
        boolean controlling = failure.arguments().number(1) == Constants.TIOCSCTTY;
        return controlling && !failure.isAfter(SystemCall.SETSID)
                ? Optional.of(new Cause(
                        "only the leader of a session can take a controlling terminal",
                        "the plan has no setsid before this call",
                        "add setsid()"))
                : Optional.empty();
    }

    private static Optional<Cause> nobodyReads(Failure failure) {
        long descriptor = failure.arguments().number(0);
        boolean ours = descriptor == Launcher.REPORT || descriptor == Launcher.MONITOR;
        return Optional.of(new Cause(
                ours ? "our JVM has closed its end: it was ended" : "the other end was closed",
                "the errno itself: EPIPE is given for nothing else"));
    }

    private static Optional<Cause> notPassed(Failure failure) {
        long descriptor = failure.arguments().number(0);
        boolean opened = failure.before().stream()
                .anyMatch(call -> call.systemCall() == SystemCall.DUP3 && new Arguments(call).number(1) == descriptor);
        return !opened && descriptor >= Launcher.FIRST_FREE && descriptor < MOST_DESCRIPTORS
                ? Optional.of(new Cause(
                        "the descriptor " + descriptor + " was not passed to the launcher",
                        "no earlier call of the plan opens it",
                        "name it in the descriptors of Launcher.start"))
                : Optional.empty();
    }
}

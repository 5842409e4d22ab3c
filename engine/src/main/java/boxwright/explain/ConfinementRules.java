package boxwright.explain;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EOPNOTSUPP;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Optional;

/** The calls by which a process gives up what it may do: credentials(7), landlock(7), seccomp(2), the security modules. */
final class ConfinementRules {
    private static final String ATTRIBUTE = "thread-self/attr/";
    private static final String APPARMOR = ATTRIBUTE + "apparmor/exec";

    private ConfinementRules() {}

    static List<Cause> of(Failure failure) {
        int errno = failure.errno();
        Optional<Cause> cause = switch (failure.systemCall()) {
            case SETRESUID, SETRESGID -> errno == EINVAL ? unmapped(failure) : errno == EAGAIN ? tooMany() : none();
            case SETGROUPS -> errno == EPERM ? denied(failure) : errno == EINVAL ? unmapped(failure) : none();
            case CAPSET -> errno == EPERM ? more(failure) : none();
            case SECCOMP -> filter(failure);
            case LANDLOCK_CREATE_RULESET -> errno == ENOSYS || errno == EOPNOTSUPP ? noLandlock(failure) : none();
            case LANDLOCK_RESTRICT_SELF -> errno == EPERM ? Optional.of(unprivileged()) : none();
            case WRITE -> attribute(failure);
            case EXECVE -> errno == EPERM ? label(failure) : none();
            default -> none();
        };
        return cause.stream().toList();
    }

    private static Optional<Cause> none() {
        return Optional.empty();
    }

    /** setresuid(2): "One or more of the target user or group IDs is not valid in this user namespace." */
    private static Optional<Cause> unmapped(Failure failure) {
        return failure.isInNew(Constants.CLONE_NEWUSER)
                ? Optional.of(new Cause(
                        "a user or group that the new user namespace does not have",
                        "the errno itself: EINVAL is given for nothing else; " + failure.call(),
                        "choose one that /etc/subuid and /etc/subgid have room for"))
                : Optional.empty();
    }

    private static Optional<Cause> tooMany() {
        return Optional.of(new Cause(
                "that user has as many processes as he may have",
                "the errno itself: EAGAIN is given for nothing else",
                "see ulimit -u, and what runs as this user on the host: the number counts across containers"));
    }

    /** user_namespaces(7): without privilege, groups can only be mapped where they cannot be dropped. */
    private static Optional<Cause> denied(Failure failure) {
        return failure.isInNew(Constants.CLONE_NEWUSER)
                ? Optional.of(new Cause(
                        "nobody may change his groups in a user namespace whose /proc/self/setgroups is deny",
                        "the plan makes a user namespace",
                        "have newgidmap map the groups, for which /etc/subgid needs a line for you"))
                : Optional.empty();
    }

    private static Optional<Cause> more(Failure failure) {
        return failure.hasOtherCapabilities()
                ? Optional.empty()
                : failure.system()
                        .status("CapPrm")
                        .map(own -> new Cause(
                                "a capability that this process does not have itself cannot be given",
                                "/proc/self/status: CapPrm is " + own,
                                "take it out with --cap-drop"));
    }

    private static Optional<Cause> filter(Failure failure) {
        return switch (failure.errno()) {
            case EINVAL ->
                failure.system()
                        .read("/proc/sys/kernel/seccomp/actions_avail")
                        .map(actions -> new Cause(
                                "the kernel does not know a flag or an action of the profile",
                                "/proc/sys/kernel/seccomp/actions_avail: " + actions,
                                "leave out what came with later kernels"));
            case EACCES -> Optional.of(unprivileged());
            default -> Optional.empty();
        };
    }

    private static Cause unprivileged() {
        return new Cause(
                "who may still gain privilege by execve may not set this limit, unless he has CAP_SYS_ADMIN",
                "the errno itself is given for nothing else",
                "set no_new_privs first (--security-opt no-new-privileges)");
    }

    private static Optional<Cause> noLandlock(Failure failure) {
        boolean off = failure.errno() == EOPNOTSUPP;
        return Optional.of(new Cause(
                off ? "Landlock is in the kernel, but not switched on" : "this kernel has no Landlock",
                "the errno itself; the kernel is " + failure.system().release(),
                off ? "boot with lsm=landlock,…" : "it came with Linux 5.13"));
    }

    /** What a security module says to a request for the next {@code execve}. */
    private static Optional<Cause> attribute(Failure failure) {
        Optional<String> file = attributeFile(failure);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        String request = new Arguments(failure.call()).text(1);
        boolean appArmor = file.get().equals(APPARMOR);
        String word = appArmor ? "profile" : "label";
        return switch (failure.errno()) {
            case ENOENT, EINVAL ->
                Optional.of(new Cause(
                        (appArmor ? "AppArmor" : "SELinux") + " does not know that " + word,
                        "it was asked for \"" + request + "\"",
                        appArmor
                                ? "load it: sudo apparmor_parser -r FILE"
                                : "seinfo -t lists the types of the policy"));
            case EACCES, EPERM ->
                Optional.of(new Cause(
                        "the " + word + " that we have ourselves does not allow a change to that one",
                        "/proc/self/attr/current is "
                                + failure.system()
                                        .read("/proc/self/attr/current")
                                        .map(text -> text.replace("\0", ""))
                                        .orElse("unknown"),
                        "start Boxwright where it is not confined"));
            default -> Optional.empty();
        };
    }

    /** The file that the failed line writes to, where it is one of these. */
    private static Optional<String> attributeFile(Failure failure) {
        return failure.before().isEmpty()
                ? Optional.empty()
                : Optional.of(failure.before().getLast())
                        .filter(call -> call.systemCall() == SystemCall.OPENAT)
                        .map(call -> new Arguments(call).text(1))
                        .filter(path -> path.startsWith(ATTRIBUTE));
    }

    /** SELinux lets no label change behind no_new_privs, unless the policy says so. */
    private static Optional<Cause> label(Failure failure) {
        boolean labelled = failure.before().stream()
                .anyMatch(call -> call.systemCall() == SystemCall.OPENAT
                        && new Arguments(call).text(1).equals(ATTRIBUTE + "exec"));
        boolean noNewPrivileges = failure.before().stream().anyMatch(ConfinementRules::setsNoNewPrivileges);
        return labelled && noNewPrivileges
                ? Optional.of(new Cause(
                        "with no_new_privs a label may only change where the policy has nnp_transition for it",
                        "the plan sets both no_new_privs and an SELinux label",
                        "leave one of them out, or take the policy container-selinux, which allows it"))
                : Optional.empty();
    }

    private static boolean setsNoNewPrivileges(Call call) {
        return call.systemCall() == SystemCall.PRCTL && new Arguments(call).number(0) == Constants.PR_SET_NO_NEW_PRIVS;
    }
}

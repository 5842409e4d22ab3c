package boxwright.explain;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who may make which call: capabilities(7), seccomp(2), user_namespaces(7), and the security modules. */
final class PrivilegeRules {
    private static final long NAMESPACES = Constants.CLONE_NEWNS
            | Constants.CLONE_NEWUTS
            | Constants.CLONE_NEWIPC
            | Constants.CLONE_NEWPID
            | Constants.CLONE_NEWNET
            | Constants.CLONE_NEWCGROUP
            | Constants.CLONE_NEWTIME;

    private record Needed(int capability, String name) {}

    private PrivilegeRules() {}

    static List<Cause> of(Failure failure) {
        if (failure.errno() != EPERM && failure.errno() != EACCES) {
            return List.of();
        }
        List<Cause> causes = new ArrayList<>();
        if (failure.errno() == EPERM) {
            causes.addAll(capabilities(failure));
        }
        if (causes.isEmpty() && needed(failure).isPresent()) {
            causes.addAll(filters(failure));
        }
        return causes;
    }

    private static List<Cause> capabilities(Failure failure) {
        LiveSystem system = failure.system();
        if ((failure.arguments().cloneFlags() & Constants.CLONE_NEWUSER) != 0) {
            return newUserNamespace(failure);
        }
        Optional<Needed> needed = needed(failure);
        if (needed.isEmpty()) {
            return List.of();
        }
        if (failure.hasOtherCapabilities()) {
            return restricted(failure);
        }
        if (!system.lacks("CapEff", needed.get().capability())) {
            return List.of();
        }
        String seen = "/proc/self/status: CapEff is " + system.status("CapEff").orElse("");
        boolean root = system.userId().filter(id -> id == 0).isPresent();
        if (!root) {
            return List.of(new Cause(
                    "an ordinary user may not do this: it needs " + needed.get().name(),
                    seen + ", Uid is " + system.userId().map(String::valueOf).orElse("unknown"),
                    "run it as root, with sudo; from step 06 on, a user namespace does without"));
        }
        Optional<String> container = system.inContainer();
        if (container.isPresent()) {
            return List.of(new Cause(
                    "root of this container lacks " + needed.get().name(),
                    seen + "; " + container.get(),
                    "start that container with --privileged, or run this outside of it"));
        }
        return List.of(new Cause(
                "this root lacks " + needed.get().name() + ": something took it away before it started us",
                seen + ", CapBnd is " + system.status("CapBnd").orElse("unknown"),
                "look for CapabilityBoundingSet= of a systemd unit, or for setpriv, capsh, or a container around us"));
    }

    /** What a call needs in the user namespace that its object belongs to. */
    private static Optional<Needed> needed(Failure failure) {
        Needed admin = new Needed(LiveSystem.CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
        return switch (failure.systemCall()) {
            case CLONE, CLONE3, UNSHARE ->
                Optional.of(admin).filter(any -> (failure.arguments().cloneFlags() & NAMESPACES) != 0);
            case SETNS, MOUNT, UMOUNT2, PIVOT_ROOT, SETHOSTNAME, SETDOMAINNAME -> Optional.of(admin);
            case OPEN_TREE, MOVE_MOUNT, MOUNT_SETATTR, FSOPEN, FSMOUNT -> Optional.of(admin);
            case WRITE -> Optional.of(admin).filter(any -> isMap(failure));
            case CHROOT -> Optional.of(new Needed(LiveSystem.CAP_SYS_CHROOT, "CAP_SYS_CHROOT"));
            case MKNODAT -> Optional.of(new Needed(LiveSystem.CAP_MKNOD, "CAP_MKNOD"));
            case SETRESUID -> Optional.of(new Needed(LiveSystem.CAP_SETUID, "CAP_SETUID"));
            case SETRESGID, SETGROUPS -> Optional.of(new Needed(LiveSystem.CAP_SETGID, "CAP_SETGID"));
            case CLOCK_SETTIME -> Optional.of(new Needed(LiveSystem.CAP_SYS_TIME, "CAP_SYS_TIME"));
            case FCHOWNAT -> Optional.of(new Needed(LiveSystem.CAP_CHOWN, "CAP_CHOWN"));
            case PIDFD_SEND_SIGNAL, KILL -> Optional.of(new Needed(LiveSystem.CAP_KILL, "CAP_KILL"));
            default -> Optional.empty();
        };
    }

    /** Whether the file that was opened last is one by which a user namespace gets its users; user_namespaces(7). */
    private static boolean isMap(Failure failure) {
        String path = "";
        for (Call call : failure.before()) {
            path = call.systemCall() == SystemCall.OPENAT ? new Arguments(call).text(1) : path;
        }
        return List.of("/proc/self/uid_map", "/proc/self/gid_map", "/proc/self/setgroups")
                .contains(path);
    }

    /** user_namespaces(7): no capability is needed, but a distribution may want one. */
    private static List<Cause> newUserNamespace(Failure failure) {
        LiveSystem system = failure.system();
        List<Cause> causes = new ArrayList<>();
        if (system.lacks("CapEff", LiveSystem.CAP_SYS_ADMIN)
                && system.number("/proc/sys/kernel/unprivileged_userns_clone")
                        .filter(on -> on == 0)
                        .isPresent()) {
            causes.add(new Cause(
                    "this kernel lets only root make user namespaces",
                    "/proc/sys/kernel/unprivileged_userns_clone is 0",
                    "sudo sysctl kernel.unprivileged_userns_clone=1, or run this with sudo"));
        }
        if (failure.world().known()
                && !failure.world().isMountPoint(failure.world().root())) {
            causes.add(new Cause(
                    "a process in a chroot may not make a user namespace",
                    "/proc/self/mountinfo has no mount at " + failure.world().root(),
                    "run it outside of the chroot"));
        }
        return causes;
    }

    /** Inside a user namespace that the plan made, the process had all capabilities, unless AppArmor took them. */
    private static List<Cause> restricted(Failure failure) {
        String file = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";
        LiveSystem system = failure.system();
        if (system.lacks("CapEff", LiveSystem.CAP_SYS_ADMIN)
                && system.number(file).filter(on -> on != 0).isPresent()) {
            return List.of(new Cause(
                    "AppArmor takes all capabilities away in the user namespaces of ordinary users",
                    file + " is " + system.number(file).orElse(1L),
                    "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile with userns"));
        }
        return List.of();
    }

    /** The capability is there, so somebody else says no. */
    private static List<Cause> filters(Failure failure) {
        LiveSystem system = failure.system();
        List<Cause> causes = new ArrayList<>();
        if (failure.errno() == EPERM
                && system.status("Seccomp").filter("2"::equals).isPresent()) {
            String where = system.inContainer().map(mark -> "; " + mark).orElse("");
            causes.add(new Cause(
                    "a seccomp filter around us answers this call in the kernel's place",
                    "/proc/self/status: Seccomp is 2" + where,
                    "run it outside, or start the container around us with --security-opt seccomp=unconfined"));
        }
        Optional<String> profile = system.read("/proc/self/attr/apparmor/current")
                .or(() -> system.read("/proc/self/attr/current"))
                .map(text -> text.replace("\0", ""))
                .filter(text -> !text.isEmpty() && !text.startsWith("unconfined"));
        profile.ifPresent(text -> causes.add(new Cause(
                "a security module forbids it to programs with our label",
                "/proc/self/attr/current is " + text,
                "look for a denial in the audit log: journalctl -k | grep -i denied")));
        return causes;
    }
}

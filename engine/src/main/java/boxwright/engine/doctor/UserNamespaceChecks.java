package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.USER;

import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a user without privilege can do: user_namespaces(7), and the walls that distributions put before it. */
final class UserNamespaceChecks {
    private static final String WHY = "without sudo, root in a user namespace is what makes a container";

    private UserNamespaceChecks() {}

    static List<Check> of(Host host, String user) {
        return List.of(unprivileged(host), helpers(host), subordinate(host, user));
    }

    static Check unprivileged(Host host) {
        String name = "user namespaces";
        if (host.link("/proc/self/ns/user").isEmpty()) {
            return Check.missing(name, "not in this kernel", WHY, USER, Advice.kernelOption("USER_NS"));
        }
        if (host.number("/proc/sys/user/max_user_namespaces").orElse(1L) == 0) {
            return Check.missing(
                    name, "user.max_user_namespaces=0", WHY, USER, Advice.sysctl("user.max_user_namespaces", "15000"));
        }
        if (host.number("/proc/sys/kernel/unprivileged_userns_clone").orElse(1L) == 0) {
            return refused(host, name, "kernel.unprivileged_userns_clone", "0", "1");
        }
        if (host.number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
                        .orElse(0L)
                == 1) {
            return refused(host, name, "kernel.apparmor_restrict_unprivileged_userns", "1", "0");
        }
        return probed(host, name);
    }

    /** A setting stands against it. For root it stands for the others only; for a user the kernel has the last word. */
    private static Check refused(Host host, String name, String sysctl, String is, String should) {
        Answers answers = new Answers(host.ask(Questions.userNamespace()));
        if (host.userId() != 0 && answers.allWell()) {
            return Check.ok(name, "allowed for us, though " + sysctl + "=" + is);
        }
        String found = sysctl + "=" + is + (host.userId() == 0 ? ", root may" : ", " + answers.trouble());
        String fix = Advice.sysctl(sysctl, should)
                + (sysctl.contains("apparmor") ? ", or an AppArmor profile with the line \"userns,\" for java" : "");
        return host.userId() == 0
                ? Check.limited(name, found, WHY, USER, fix)
                : Check.missing(name, found, WHY, USER, fix);
    }

    private static Check probed(Host host, String name) {
        Answers answers = new Answers(host.ask(Questions.userNamespace()));
        if (answers.reports().isEmpty()) {
            return Check.unknown(name, answers.trouble(), WHY, USER, "");
        }
        Optional<Report> failure = answers.failure();
        if (failure.isEmpty()) {
            return Check.ok(
                    name, "we are root in one" + (host.userId() == 0 ? ", no setting forbids it to others" : ""));
        }
        if (failure.get().call().systemCall() == SystemCall.MOUNT) {
            String found = "made, but without capabilities in it: " + answers.trouble();
            String fix = "a security module stands against it: see dmesg or /var/log/audit";
            return Check.missing(name, found, WHY, USER, fix);
        }
        String fix = switch (failure.get().errno()) {
            case Errno.EINVAL -> Advice.kernelOption("USER_NS");
            case Errno.ENOSPC, Errno.EUSERS ->
                Advice.sysctl("user.max_user_namespaces", "15000") + "; at most 32 may be nested";
            case Errno.ENOSYS, Errno.EPERM ->
                Advice.isFiltered(host)
                        ? "a seccomp filter refuses it: start the container that we are in with"
                                + " --security-opt seccomp=unconfined"
                        : "we may be in a chroot, which forbids it, or a security module does";
            default -> "see clone(2), Errors";
        };
        return Check.missing(name, answers.trouble(), WHY, USER, fix);
    }

    private static Check helpers(Host host) {
        List<String> found = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (String program : List.of("newuidmap", "newgidmap")) {
            host.program(program).ifPresentOrElse(found::add, () -> absent.add(program));
        }
        String why = "a user may map only himself; these map the further ids that /etc/subuid grants him";
        if (!absent.isEmpty()) {
            return Check.limited(
                    "id map helpers",
                    "no " + String.join(", no ", absent),
                    why,
                    USER,
                    "apt install uidmap, dnf install shadow-utils, apk add shadow-subids");
        }
        if (host.status("NoNewPrivs").equals("1")) {
            return Check.limited(
                    "id map helpers",
                    "present, but no_new_privs is set on us",
                    "they are set-user-id programs, which no_new_privs makes plain; prctl(2)",
                    USER,
                    "start boxwright from a shell without no_new_privs");
        }
        return Check.ok("id map helpers", String.join(", ", found));
    }

    /** subuid(5): {@code name-or-number:first:count}. */
    private static Check subordinate(Host host, String user) {
        if (host.userId() == 0 && host.hasCapability(7) && host.hasCapability(6)) {
            return Check.ok("subordinate ids", "root may map any");
        }
        Optional<String> users = grant(host, "/etc/subuid", user);
        Optional<String> groups = grant(host, "/etc/subgid", user);
        if (users.isPresent() && groups.isPresent()) {
            return Check.ok("subordinate ids", "subuid " + users.get() + ", subgid " + groups.get());
        }
        return Check.limited(
                "subordinate ids",
                "no entry for " + user + " in "
                        + (users.isEmpty()
                                ? groups.isEmpty() ? "/etc/subuid, /etc/subgid" : "/etc/subuid"
                                : "/etc/subgid"),
                "an image has files of more users than one",
                USER,
                "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + user);
    }

    private static Optional<String> grant(Host host, String file, String user) {
        String id = Integer.toUnsignedString(host.userId());
        return host.lines(file).stream()
                .filter(line -> line.startsWith(user + ":") || line.startsWith(id + ":"))
                .map(line -> line.substring(line.indexOf(':') + 1))
                .findFirst();
    }

    /** The flags for a process that is root in namespaces of its own. */
    static long unprivilegedFlags() {
        return Constants.CLONE_NEWUSER
                | Constants.CLONE_NEWNS
                | Constants.CLONE_NEWPID
                | Constants.CLONE_NEWIPC
                | Constants.CLONE_NEWNET;
    }
}

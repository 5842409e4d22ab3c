package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.CGROUPS;
import static boxwright.engine.doctor.Advice.SECCOMP;
import static boxwright.engine.doctor.Advice.SECURITY;

import boxwright.engine.AppArmorProfiles;
import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Optional;

/** What may hold a container's root back: security modules, Landlock, seccomp; and what holds us back ourselves. */
record SecurityChecks() implements Checks {
    @Override
    public String title() {
        return "security";
    }

    @Override
    public List<Check> of(Host host) {
        return List.of(
                modules(host),
                landlock(host),
                appArmor(host),
                seLinux(host),
                seccomp(host),
                filtered(host),
                bpf(host),
                yama(host));
    }

    private static Check modules(Host host) {
        Optional<String> list = host.text("/sys/kernel/security/lsm");
        if (list.isPresent()) {
            return Check.ok("modules", list.get().replace(",", ", "));
        }
        return Check.unknown(
                "modules",
                "/sys/kernel/security/lsm cannot be read",
                "it names the security modules that the kernel asks, in order",
                SECURITY,
                "sudo mount -t securityfs securityfs /sys/kernel/security");
    }

    private static Check landlock(Host host) {
        String why = "a container limits its own files and ports by it, without privilege, on every distribution";
        Optional<Report> report = new Answers(host.ask(Questions.landlockVersion()))
                .about(call -> call.systemCall() == SystemCall.LANDLOCK_CREATE_RULESET);
        if (report.isEmpty()) {
            return Check.unknown("Landlock", "not probed", why, SECURITY, "");
        }
        return switch (report.get().errno()) {
            case 0 -> Check.ok("Landlock", landlock(report.get().result()));
            case Errno.EOPNOTSUPP ->
                Check.missing(
                        "Landlock",
                        "in the kernel, but not switched on",
                        why,
                        SECURITY,
                        "boot with lsm=landlock,"
                                + host.text("/sys/kernel/security/lsm").orElse("…"));
            case Errno.EPERM ->
                Check.missing("Landlock", Answers.told(report.get()), why, SECURITY, "a seccomp filter refuses it");
            default ->
                Check.missing(
                        "Landlock",
                        Answers.told(report.get()),
                        why,
                        SECURITY,
                        Advice.kernelOption("SECURITY_LANDLOCK") + ", Linux 5.13 or later");
        };
    }

    /** What each version brought, Documentation/userspace-api/landlock.rst, "Previous limitations". */
    private static String landlock(long version) {
        return "ABI version " + version + ": files"
                + (version >= 3 ? " and their truncation" : "")
                + (version >= 4 ? ", TCP ports" : "")
                + (version >= 6 ? ", scopes" : "");
    }

    private static Check appArmor(Host host) {
        if (isAppArmorOn(host)) {
            String own = host.text("/proc/self/attr/apparmor/current")
                    .or(() -> host.text("/proc/self/attr/current"))
                    .orElse("unknown");
            String found = "on; our profile: " + own;
            return host.program("apparmor_parser").isPresent()
                    ? Check.ok("AppArmor", found + "; that of a container: " + AppArmorProfiles.DEFAULT)
                    : Check.limited(
                            "AppArmor",
                            found + "; no apparmor_parser",
                            "without it a container's profile cannot be loaded, and it runs without one",
                            SECURITY,
                            "sudo apt install apparmor, or what your distribution calls it");
        }
        return isSeLinuxOn(host)
                ? Check.ok("AppArmor", "off, SELinux does its work here")
                : Check.limited(
                        "AppArmor",
                        "off",
                        "Docker's default profile is one of AppArmor; Landlock stands in for a part of it",
                        SECURITY,
                        "boot with apparmor=1 security=apparmor, " + Advice.kernelOption("SECURITY_APPARMOR"));
    }

    private static Check seLinux(Host host) {
        if (isSeLinuxOn(host)) {
            boolean enforcing = host.number("/sys/fs/selinux/enforce").orElse(0L) == 1;
            String own = host.text("/proc/self/attr/current").orElse("unknown").replace("\0", "");
            return Check.ok(
                    "SELinux",
                    (enforcing ? "enforcing" : "permissive") + "; our label: " + own
                            + "; a container has none of its own without --security-opt label=");
        }
        if (!host.has("/etc/selinux/config")) {
            return Check.ok("SELinux", "off, as everywhere but on Fedora and its kin");
        }
        return Check.limited(
                "SELinux",
                "off",
                "it keeps containers off the host's files and off each other's",
                SECURITY,
                "SELINUX=enforcing in /etc/selinux/config, then reboot");
    }

    private static boolean isAppArmorOn(Host host) {
        return host.text("/sys/module/apparmor/parameters/enabled").orElse("").equals("Y");
    }

    private static boolean isSeLinuxOn(Host host) {
        return host.has("/sys/fs/selinux/enforce");
    }

    private static Check seccomp(Host host) {
        Optional<String> actions = host.text("/proc/sys/kernel/seccomp/actions_avail");
        return actions.isPresent()
                ? Check.ok("seccomp filter", actions.get())
                : Check.missing(
                        "seccomp filter",
                        "no /proc/sys/kernel/seccomp",
                        "it takes calls away from a container that the kernel should not answer",
                        SECCOMP,
                        Advice.kernelOption("SECCOMP_FILTER"));
    }

    private static Check filtered(Host host) {
        boolean noNewPrivileges = host.status("NoNewPrivs").equals("1");
        if (!Advice.isFiltered(host) && !noNewPrivileges) {
            return Check.ok("on ourselves", "no seccomp filter, no no_new_privs");
        }
        String found = (Advice.isFiltered(host) ? "a seccomp filter" : "")
                + (Advice.isFiltered(host) && noNewPrivileges ? " and " : "")
                + (noNewPrivileges ? "no_new_privs" : "");
        return Check.limited(
                "on ourselves",
                found,
                "containers inherit both: they can take no more back than we have",
                SECCOMP,
                "start Boxwright from a plain shell, or the container that we are in with --security-opt"
                        + " seccomp=unconfined");
    }

    private static Check bpf(Host host) {
        Optional<Long> unprivileged = host.number("/proc/sys/kernel/unprivileged_bpf_disabled");
        return unprivileged.isPresent()
                ? Check.ok("BPF", "in the kernel, unprivileged_bpf_disabled=" + unprivileged.get())
                : Check.limited(
                        "BPF",
                        "not in this kernel",
                        "with cgroup v2, which devices a container may open is decided by a BPF program",
                        CGROUPS,
                        Advice.kernelOption("BPF_SYSCALL"));
    }

    /** Documentation/admin-guide/LSM/Yama.rst. */
    private static Check yama(Host host) {
        Optional<Long> scope = host.number("/proc/sys/kernel/yama/ptrace_scope");
        String found = scope.map(number -> "kernel.yama.ptrace_scope=" + number).orElse("no Yama: nothing restricted");
        return scope.orElse(0L) < 2
                ? Check.ok("ptrace", found)
                : Check.limited(
                        "ptrace",
                        found,
                        "strace, with which the book compares a plan and what the kernel saw, cannot attach",
                        Advice.PID,
                        Advice.sysctl("kernel.yama.ptrace_scope", "1")
                                + (scope.orElse(0L) == 3 ? " after a reboot" : ""));
    }
}

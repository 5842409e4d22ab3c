package boxwright.engine.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What we run in ourselves: a machine, WSL, or a container of another engine. */
final class Surroundings {
    /** The machine's first namespaces: PROC_PID_INIT_INO and its like in include/linux/proc_ns.h, since Linux 3.8. */
    private static final List<String> FIRST =
            List.of("pid:[4026531836]", "user:[4026531837]", "uts:[4026531838]", "ipc:[4026531839]");

    private Surroundings() {}

    /** A virtual machine is a machine; a container is a part of one. */
    static Check check(Host host) {
        String release = host.text("/proc/sys/kernel/osrelease").orElse("").toLowerCase(Locale.ROOT);
        if (release.contains("microsoft") && !release.contains("wsl2")) {
            return Check.missing(
                            "surroundings",
                            "WSL 1, which imitates a part of Linux",
                            "it has no namespaces",
                            "01-pid-namespace",
                            "in PowerShell: wsl --set-version DISTRIBUTION 2")
                    .stoppingRun();
        }
        if (release.contains("microsoft")) {
            return Check.ok("surroundings", "WSL 2, a virtual machine with Linux");
        }
        Optional<String> sign = sign(host);
        if (sign.isEmpty()) {
            return Check.ok("surroundings", "not in a container");
        }
        if (FIRST.stream().allMatch(first -> isOurs(host, first))) {
            return Check.ok(
                    "surroundings",
                    "not in a container: there is a sign of one (" + sign.get()
                            + "), but the namespaces are the first");
        }
        return Check.limited(
                "surroundings",
                "in a container (" + sign.get() + ")",
                "the engine outside decides what we may do: it may have taken capabilities, filtered calls, masked"
                        + " /proc",
                "",
                "run Boxwright outside, or start this container with --privileged");
    }

    /** What container engines leave in a container for its programs to see. */
    private static Optional<String> sign(Host host) {
        if (host.has("/.dockerenv")) {
            return Optional.of("/.dockerenv");
        }
        if (host.has("/run/.containerenv")) {
            return Optional.of("/run/.containerenv");
        }
        String variable = host.environment().getOrDefault("container", "");
        if (!variable.isEmpty()) {
            return Optional.of("container=" + variable);
        }
        Optional<String> systemd = host.text("/run/systemd/container");
        if (systemd.isPresent()) {
            return systemd;
        }
        for (String line : host.lines("/proc/1/cgroup")) {
            for (String engine : List.of("kubepods", "docker", "lxc", "libpod")) {
                if (line.contains(engine)) {
                    return Optional.of(engine);
                }
            }
        }
        // IPC and UTS namespaces of their own are what systemd gives to services too.
        return FIRST.stream()
                .filter(first -> first.startsWith("pid") || first.startsWith("user"))
                .filter(first -> !isOurs(host, first))
                .map(first -> "not in the machine's first " + kind(first) + " namespace")
                .findFirst();
    }

    static boolean isInFirstUserNamespace(Host host) {
        return isOurs(host, "user:[4026531837]");
    }

    private static boolean isOurs(Host host, String first) {
        return host.link("/proc/self/ns/" + kind(first)).filter(first::equals).isPresent();
    }

    private static String kind(String namespace) {
        return namespace.substring(0, namespace.indexOf(':'));
    }
}

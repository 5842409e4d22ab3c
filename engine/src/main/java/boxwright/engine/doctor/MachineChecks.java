package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.ROOT;

import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Report;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The processor, the kernel, what runs between us and it, and the JDK. */
record MachineChecks() implements Checks {
    private static final List<String> PROCESSORS = List.of("amd64", "x86_64", "aarch64", "arm64");
    /** Without these no plan of ours runs; the rest has another way. */
    private static final List<String> INDISPENSABLE =
            List.of("clone3", "pidfd_open", "pidfd_send_signal", "close_range");

    @Override
    public String title() {
        return "machine";
    }

    @Override
    public List<Check> of(Host host) {
        if (!isLinux(host)) {
            return List.of(system(host));
        }
        return List.of(
                system(host),
                kernel(host),
                launcher(host),
                systemCalls(host),
                Surroundings.check(host),
                java(host),
                cache(host),
                terminal(host),
                programs(host));
    }

    /** Whether there is a Linux kernel to be looked at. */
    static boolean isLinux(Host host) {
        return host.properties().getOrDefault("os.name", "").equals("Linux");
    }

    private static Check system(Host host) {
        String name = host.properties().getOrDefault("os.name", "an unknown system");
        String processor = host.properties().getOrDefault("os.arch", "").toLowerCase(Locale.ROOT);
        String found = name + ", " + processor;
        if (isLinux(host) && PROCESSORS.contains(processor)) {
            return Check.ok("system", found);
        }
        return Check.missing(
                        "system",
                        found,
                        "containers are made of system calls of Linux, and the launcher has machine code for x86-64"
                                + " and aarch64 only",
                        "",
                        "on Windows: wsl --install; on macOS: limactl start; then run Boxwright inside")
                .stoppingRun();
    }

    private static Check kernel(Host host) {
        String release = host.text("/proc/sys/kernel/osrelease").orElse("");
        String[] parts = release.split("[^0-9]+");
        if (parts.length < 2 || parts[0].isEmpty()) {
            return Check.unknown(
                            "kernel", "/proc is not mounted", "most checks read it", "", "mount -t proc proc /proc")
                    .stoppingRun();
        }
        int version = Integer.parseInt(parts[0]) * 1000 + Integer.parseInt(parts[1]);
        return version >= 5011
                ? Check.ok("kernel", release)
                : Check.limited(
                        "kernel",
                        release + ", older than 5.11",
                        "close_range(CLOSE_RANGE_CLOEXEC) came with Linux 5.11; some distributions took it back to"
                                + " older kernels, see system calls",
                        "",
                        "boot a newer kernel: Debian 12, Ubuntu 22.04, RHEL 9 and later have one");
    }

    private static Check launcher(Host host) {
        long noexec = host.number("/proc/sys/vm/memfd_noexec").orElse(0L);
        String way = noexec >= 2
                ? "from an unnamed file in " + host.nearestToHome() + " (vm.memfd_noexec=" + noexec + ")"
                : "from a sealed memfd";
        try {
            Answers answers = new Answers(host.kernel().ask(Questions.nothing()));
            return answers.failure().isEmpty() ? Check.ok("launcher", "runs " + way) : broken(answers.trouble());
        } catch (KernelException e) {
            return broken(String.valueOf(e.getMessage()));
        }
    }

    private static Check broken(String found) {
        return Check.missing(
                        "launcher",
                        found,
                        "the launcher makes every container's system calls, from a memfd, or where the kernel forbids"
                                + " to execute one, from a file in the home of Boxwright",
                        "",
                        "set BOXWRIGHT_HOME to a directory on a disk that is not mounted noexec, or "
                                + Advice.sysctl("vm.memfd_noexec", "0"))
                .stoppingRun();
    }

    private static Check systemCalls(Host host) {
        List<Report> reports = host.ask(Questions.systemCalls());
        if (reports.isEmpty()) {
            return Check.unknown("system calls", "not probed", "plans need clone3, pidfd_open, close_range …", "", "");
        }
        List<String> there = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (Report report : reports) {
            String name = report.call().systemCall().symbol();
            boolean isThere = switch (report.errno()) {
                case Errno.ENOSYS, Errno.EPERM -> false;
                // The call is there, the flag is not.
                case Errno.EINVAL -> !name.equals("close_range");
                default -> true;
            };
            (isThere ? there : absent)
                    .add(isThere ? name : name + " (" + Answers.told(report).substring(name.length() + 2) + ")");
        }
        if (absent.isEmpty()) {
            return Check.ok("system calls", String.join(", ", there));
        }
        boolean stops = absent.stream().anyMatch(call -> INDISPENSABLE.stream().anyMatch(call::startsWith));
        String why = stops
                ? "every plan makes them: a child in new namespaces, a handle on it, no descriptor passed on"
                : "the engine has slower ways, with more steps";
        String fix = Advice.isFiltered(host)
                ? "a seccomp filter stands before the kernel: start the container that we are in with"
                        + " --security-opt seccomp=unconfined"
                : "boot Linux 5.12 or later";
        String found = "no " + String.join(", no ", absent);
        Check check = stops
                ? Check.missing("system calls", found, why, "01-pid-namespace", fix)
                        .stoppingRun()
                : Check.limited("system calls", found, why, ROOT, fix);
        return check;
    }

    private static Check java(Host host) {
        String version = host.properties().getOrDefault("java.version", "unknown");
        String found = version + ", " + host.properties().getOrDefault("java.vendor", "unknown vendor") + ", "
                + host.properties().getOrDefault("java.home", "");
        String feature = version.split("[^0-9]", 2)[0];
        return !feature.isEmpty() && Integer.parseInt(feature) >= 25
                ? Check.ok("JDK", found)
                : Check.missing("JDK", found, "Boxwright is written for JDK 25", "", "set JAVA_HOME to a JDK 25");
    }

    /** The JVM maps its cache, so it stands in its memory map; JEP 483 and 514. */
    private static Check cache(Host host) {
        Optional<String> map = host.lines("/proc/self/maps").stream()
                .filter(line -> line.endsWith(".aot"))
                .findFirst();
        return map.isPresent()
                ? Check.ok("AOT cache", map.get().substring(map.get().indexOf('/')))
                : Check.limited(
                        "AOT cache",
                        "not in use",
                        "the command starts in about half the time with it",
                        "",
                        "start the command by ./boxwright, as a user who may write to its directory once");
    }

    private static Check terminal(Host host) {
        boolean in = host.isTerminal(0);
        boolean out = host.isTerminal(1);
        if (in && out) {
            return Check.ok("terminal", host.link("/proc/self/fd/0").orElse(""));
        }
        String found = (in ? "standard output" : out ? "standard input" : "standard input and output")
                + (in || out ? " is none" : " are none");
        return Check.limited(
                "terminal", found, "run -t passes a terminal on", ROOT, "start boxwright from a terminal for run -it");
    }

    private static Check programs(Host host) {
        Optional<String> busybox = host.program("busybox");
        Optional<String> shell = busybox.isPresent() ? busybox : host.program("sh");
        if (shell.isEmpty()) {
            return Check.missing(
                            "programs",
                            "neither busybox nor sh",
                            "the image host is made of this machine's programs",
                            ROOT,
                            "apt install busybox-static, dnf install busybox, apk add busybox-static; or run a"
                                    + " ROOTFS-DIR instead of host")
                    .stoppingRun();
        }
        if (!Files.isExecutable(host.path("/bin/rm")) && !Files.isExecutable(host.path("/usr/bin/rm"))) {
            return Check.limited(
                    "programs",
                    shell.get() + ", no rm",
                    "a monitor whose JVM was killed tidies up with rm",
                    ROOT,
                    "install coreutils or busybox, so that /bin/rm is there");
        }
        return Check.ok("programs", shell.get() + " for the image host");
    }
}

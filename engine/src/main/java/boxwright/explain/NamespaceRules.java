package boxwright.explain;

import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EUSERS;

import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** New namespaces that the kernel does not have or does not give; namespaces(7), clone(2). */
final class NamespaceRules {
    /** A namespace: its flag, its file in {@code /proc/self/ns}, its limit {@code /proc/sys/user/max_…_namespaces}. */
    private record Kind(long flag, String flagName, String file, String limit) {}

    private static final List<Kind> KINDS = List.of(
            new Kind(Constants.CLONE_NEWUSER, "CLONE_NEWUSER", "user", "user"),
            new Kind(Constants.CLONE_NEWNS, "CLONE_NEWNS", "mnt", "mnt"),
            new Kind(Constants.CLONE_NEWPID, "CLONE_NEWPID", "pid", "pid"),
            new Kind(Constants.CLONE_NEWUTS, "CLONE_NEWUTS", "uts", "uts"),
            new Kind(Constants.CLONE_NEWIPC, "CLONE_NEWIPC", "ipc", "ipc"),
            new Kind(Constants.CLONE_NEWNET, "CLONE_NEWNET", "net", "net"),
            new Kind(Constants.CLONE_NEWCGROUP, "CLONE_NEWCGROUP", "cgroup", "cgroup"),
            new Kind(Constants.CLONE_NEWTIME, "CLONE_NEWTIME", "time", "time"));

    private NamespaceRules() {}

    static List<Cause> of(Failure failure) {
        SystemCall call = failure.systemCall();
        boolean makes = call == SystemCall.CLONE3 || call == SystemCall.CLONE || call == SystemCall.UNSHARE;
        if (!makes && call != SystemCall.SETNS) {
            return List.of();
        }
        if (failure.errno() == EINVAL) {
            return missing(failure);
        }
        if (makes && (failure.errno() == ENOSPC || failure.errno() == EUSERS)) {
            return limits(failure);
        }
        if (failure.errno() == ENOSYS) {
            return absent(failure);
        }
        return makes && failure.errno() == EAGAIN ? processes(failure) : List.of();
    }

    private static List<Kind> asked(Failure failure) {
        long flags = failure.arguments().cloneFlags();
        return KINDS.stream().filter(kind -> (flags & kind.flag()) != 0).toList();
    }

    private static List<Cause> missing(Failure failure) {
        List<Cause> causes = new ArrayList<>();
        for (Kind kind : asked(failure)) {
            String file = "/proc/self/ns/" + kind.file();
            if (failure.system().exists("/proc/self/ns") && !failure.system().exists(file)) {
                causes.add(new Cause(
                        "this kernel was built without the namespaces of " + kind.flagName(),
                        "there is no " + file,
                        "use a kernel with CONFIG_" + config(kind) + "=y"));
            }
        }
        return causes;
    }

    private static String config(Kind kind) {
        return switch (kind.file()) {
            case "mnt" -> "NAMESPACES";
            case "cgroup" -> "CGROUPS";
            default -> kind.file().toUpperCase(java.util.Locale.ROOT) + "_NS";
        };
    }

    private static List<Cause> limits(Failure failure) {
        List<Cause> causes = new ArrayList<>();
        for (Kind kind : asked(failure)) {
            String file = "/proc/sys/user/max_" + kind.limit() + "_namespaces";
            long limit = failure.system().number(file).orElse(Long.MAX_VALUE);
            long there = limit == Long.MAX_VALUE || limit == 0 ? 0 : count(failure.system(), kind);
            if (limit == 0 || there >= limit) {
                String seen = file + " is " + limit;
                causes.add(new Cause(
                        limit == 0
                                ? "no namespaces of " + kind.flagName() + " are allowed here"
                                : "there are as many namespaces of " + kind.flagName() + " as are allowed",
                        limit == 0 ? seen : seen + "; the processes that we can see are in " + there,
                        "sudo sysctl user.max_" + kind.limit() + "_namespaces=" + Math.max(1024, 2 * limit)
                                + "; a user namespace around us may have a limit of its own"));
            }
        }
        return causes;
    }

    /** How many namespaces of a kind the processes are in that we can see: a lower bound. */
    private static long count(LiveSystem system, Kind kind) {
        Set<String> seen = new HashSet<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(system.at("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                system.link("/proc/" + process.getFileName() + "/ns/" + kind.file())
                        .ifPresent(seen::add);
            }
        } catch (IOException e) {
            return 0;
        }
        return seen.size();
    }

    private static List<Cause> absent(Failure failure) {
        LiveSystem system = failure.system();
        if (failure.systemCall() == SystemCall.CLONE3 && system.olderThan(5, 3)) {
            return List.of(new Cause(
                    "clone3 came with Linux 5.3",
                    "/proc/sys/kernel/osrelease is " + system.release(),
                    "use a newer kernel"));
        }
        if (system.status("Seccomp").filter("2"::equals).isPresent()) {
            String where = system.inContainer().map(mark -> "; " + mark).orElse("");
            return List.of(new Cause(
                    "a seccomp filter around us hides this call, as Docker's does for clone3",
                    "/proc/self/status: Seccomp is 2" + where,
                    "run it outside, or start the container around us with --security-opt seccomp=unconfined"));
        }
        return List.of();
    }

    private static List<Cause> processes(Failure failure) {
        LiveSystem system = failure.system();
        List<Cause> causes = new ArrayList<>();
        String group = system.lines("/proc/self/cgroup").stream()
                .filter(line -> line.startsWith("0::"))
                .map(line -> line.substring(3))
                .findFirst()
                .orElse("");
        String base = "/sys/fs/cgroup" + group;
        system.number(base + "/pids.max")
                .filter(limit -> system.number(base + "/pids.current").orElse(0L) >= limit)
                .ifPresent(limit -> causes.add(new Cause(
                        "our control group is full of processes",
                        base + "/pids.max is " + limit + ", pids.current is as much",
                        "end some of them, or raise TasksMax= of the systemd unit")));
        system.limit("Max processes")
                .filter(limit -> system.lacks("CapEff", LiveSystem.CAP_SYS_ADMIN))
                .ifPresent(limit -> causes.add(new Cause(
                        "this user has as many processes and threads as are allowed",
                        "/proc/self/limits: Max processes is " + limit,
                        "end some of them, or raise it with ulimit -u")));
        return causes;
    }
}

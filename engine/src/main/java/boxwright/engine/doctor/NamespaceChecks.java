package boxwright.engine.doctor;

import static boxwright.kernel.Constants.CLONE_NEWCGROUP;
import static boxwright.kernel.Constants.CLONE_NEWIPC;
import static boxwright.kernel.Constants.CLONE_NEWNET;
import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWPID;
import static boxwright.kernel.Constants.CLONE_NEWTIME;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.CLONE_NEWUTS;

import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import java.util.List;
import java.util.Optional;

/**
 * The eight kinds of namespaces(7). {@code /proc/self/ns} says which the kernel has, {@code /proc/sys/user} how many a
 * user may make; whether we may make one, only clone3(2) says.
 */
record NamespaceChecks() implements Checks {
    /**
     * A kind of namespace.
     *
     * @param name as in {@code /proc/self/ns}
     * @param forRun whether {@code run} makes one
     */
    private record Kind(String name, long flag, boolean forRun, String why, String step, String option) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("pid", CLONE_NEWPID, true, "process numbers of its own", Advice.PID, "PID_NS"),
            new Kind("uts", CLONE_NEWUTS, true, "a host name of its own", Advice.UTS, "UTS_NS"),
            new Kind("mnt", CLONE_NEWNS, true, "mounts of its own", Advice.ROOT, "NAMESPACES"),
            new Kind("ipc", CLONE_NEWIPC, true, "message queues and shared memory of its own", Advice.IPC, "IPC_NS"),
            new Kind("net", CLONE_NEWNET, false, "a network stack of its own", Advice.NETWORK, "NET_NS"),
            new Kind("user", CLONE_NEWUSER, false, "root inside, nobody outside", Advice.USER, "USER_NS"),
            new Kind(
                    "cgroup",
                    CLONE_NEWCGROUP,
                    false,
                    "a view of the cgroups that begins at its own",
                    Advice.CGROUPS,
                    "CGROUPS"),
            new Kind("time", CLONE_NEWTIME, false, "an uptime of its own", "", "TIME_NS"));

    @Override
    public String title() {
        return "namespaces";
    }

    @Override
    public List<Check> of(Host host) {
        boolean inUserNamespace = host.userId() != 0 && new Answers(host.ask(Questions.userNamespace())).allWell();
        return KINDS.stream().map(kind -> check(host, kind, inUserNamespace)).toList();
    }

    private static Check check(Host host, Kind kind, boolean inUserNamespace) {
        Optional<String> own = host.link("/proc/self/ns/" + kind.name());
        if (own.isEmpty()) {
            return stopping(
                    kind,
                    Check.missing(
                            kind.name(),
                            "not in this kernel",
                            kind.why(),
                            kind.step(),
                            Advice.kernelOption(kind.option())));
        }
        Answers answers = new Answers(host.ask(Questions.namespaces(kind.flag())));
        if (answers.reports().isEmpty()) {
            return Check.unknown(kind.name(), answers.trouble(), kind.why(), kind.step(), "");
        }
        Optional<Report> failure = answers.failure();
        if (failure.isEmpty()) {
            return Check.ok(kind.name(), "clone3 makes one; ours is " + own.get());
        }
        boolean nested = inUserNamespace
                && failure.get().errno() == Errno.EPERM
                && new Answers(host.ask(Questions.namespaces(CLONE_NEWUSER | kind.flag()))).allWell();
        if (nested) {
            return Check.ok(kind.name(), "clone3 makes one inside a user namespace; ours is " + own.get());
        }
        return stopping(
                kind,
                Check.missing(
                        kind.name(),
                        answers.trouble(),
                        kind.why(),
                        kind.step(),
                        fix(host, kind, failure.get().errno())));
    }

    private static Check stopping(Kind kind, Check check) {
        return kind.forRun() ? check.stoppingRun() : check;
    }

    private static String fix(Host host, Kind kind, int errno) {
        String limit = "user.max_" + kind.name() + "_namespaces";
        return switch (errno) {
            case Errno.EINVAL -> Advice.kernelOption(kind.option());
            case Errno.ENOSPC, Errno.EUSERS ->
                "it is " + host.text("/proc/sys/" + limit.replace('.', '/')).orElse("unknown") + " here: "
                        + Advice.sysctl(limit, "15000");
            case Errno.ENOSYS, Errno.EPERM ->
                Advice.isFiltered(host)
                        ? "a seccomp filter may refuse it: start the container that we are in with --privileged, or"
                                + " with CAP_SYS_ADMIN"
                        : Advice.becomeRoot(host);
            default -> "see clone(2), Errors";
        };
    }
}

package boxwright.explain;

import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;

/** A plan that has one of everything, and made-up reports of it, so that what is approved is the same every day. */
final class Sample {
    private Sample() {}

    static Plan plan(String hostname) {
        Slot pid = Slot.of("pid");
        return Plan.of(plan -> {
            plan.mkdir("/var/lib/box", 0700).because("what this container has on disk");
            plan.clone3(CLONE_NEWNS | CLONE_NEWUTS, Slot.of("pidfd"), child -> {
                        child.read(Argument.fd(Launcher.CONTROL), Slot.of("go"))
                                .positive()
                                .because("until Java has copied the image");
                        child.chapter("02-uts-namespace");
                        child.sethostname(hostname).because("a name of its own");
                        child.chapter("03-root-filesystem");
                        child.mkdir("/proc", 0755).tolerate(EEXIST).because("an image may lack the place to mount on");
                        child.mount("proc", "/proc", "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV)
                                .because("a /proc that shows only our processes");
                        child.open("/etc/\"odd\"\n name", O_RDONLY, 0)
                                .tolerate(ENOENT)
                                .otherwise(fallback -> fallback.chdir("/").because("somewhere else"));
                        child.chapter("");
                        child.execve("/bin/sh", List.of("sh", "-c", "echo <hi> & exit"), List.of("A=1"));
                    })
                    .into(pid)
                    .because("the container's first process");
            plan.wait4(pid.value(), Slot.of("status")).because("the exit status");
            plan.exit_group(0);
        });
    }

    /** Reports of a run in which all went well: every call in its turn, each 1.5 µs longer than the one before. */
    static List<Report> success(Plan plan) {
        List<Report> reports = new ArrayList<>();
        long now = 5_000_000_000L;
        int number = 0;
        for (Call call : plan.flat()) {
            long end = now + 1500 + 1500L * number++;
            if (call.systemCall() == SystemCall.CLONE3) {
                reports.add(new Report(call, 0, now, end));
            }
            if (!call.isLast() && call.systemCall() != SystemCall.WAIT4) {
                reports.add(new Report(call, result(call), now, end));
            }
            now = end + 500;
        }
        Call wait = plan.calls().get(2);
        reports.add(new Report(wait, 4711, 5_000_020_000L, 5_200_000_000L));
        return reports;
    }

    private static long result(Call call) {
        return switch (call.systemCall()) {
            case CLONE3 -> 4711;
            case READ -> 1;
            case MKDIRAT -> call.tolerated().isEmpty() ? 0 : -EEXIST;
            case OPENAT -> -ENOENT;
            default -> 0;
        };
    }

    /** Reports of a run that ended at the mount. */
    static List<Report> failure(Plan plan) {
        List<Report> reports = new ArrayList<>();
        for (Report report : success(plan)) {
            if (report.call().systemCall() == SystemCall.MOUNT) {
                reports.add(new Report(report.call(), -1, report.startedNanos(), report.endedNanos()));
                return reports;
            }
            reports.add(report);
        }
        throw new IllegalStateException("the sample has a mount");
    }
}

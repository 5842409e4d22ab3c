package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What to tell a user whose plan ended at a call that failed: the call, what it was for, and the likely causes, each
 * checked against the live system. Where nothing known fits, there are no causes: nothing is claimed that was not seen.
 *
 * @param call the call that failed
 * @param errno its error number; 0 where it returned a 0 that is no success
 * @param causes the likely causes, the likeliest first
 */
public record Diagnosis(Call call, int errno, List<Cause> causes) {
    /** The code of a call may be this long in a message: an environment is longer than anybody wants to read. */
    private static final int CODE = 180;
    /** As many causes as a reader wants to think about. */
    private static final int MOST = 3;

    public Diagnosis {
        causes = List.copyOf(causes);
    }

    /** Looks for the causes on this machine. To be called soon after the failure, since the machine may change. */
    public static Diagnosis of(PlanException failure) {
        return of(failure, List.of(), LiveSystem.here());
    }

    /**
     * Looks for the causes.
     *
     * @param reports of the run, which tell what earlier calls returned; may be empty
     * @param system the machine
     */
    public static Diagnosis of(PlanException failure, List<Report> reports, LiveSystem system) {
        return of(Failure.of(failure.plan(), failure.call(), failure.errno(), reports, system));
    }

    static Diagnosis of(Failure failure) {
        List<Function<Failure, List<Cause>>> rules = List.of(
                SmallRules::of,
                CgroupRules::of,
                NamespaceRules::of,
                PrivilegeRules::of,
                ConfinementRules::of,
                PivotRules::of,
                MountRules::of,
                TreeRules::of,
                OverlayRules::of,
                OwnerRules::of,
                ExecRules::of,
                PathRules::of,
                LimitRules::of);
        List<Cause> causes = new ArrayList<>();
        for (Function<Failure, List<Cause>> rule : rules) {
            causes.addAll(rule.apply(failure));
        }
        return new Diagnosis(failure.call(), failure.errno(), causes.subList(0, Math.min(MOST, causes.size())));
    }

    /**
     * The whole message, several lines without a line feed at the end:
     *
     * <pre>{@code
     * mount("overlay", "/m", "overlay", 0, "lowerdir=/l"): ENODEV (No such device)
     *   for      the image below stays as it is, a layer above takes what is written
     *   chapter  03-root-filesystem
     *   likely   this kernel has no file system of the type overlay
     *   seen     /proc/filesystems has no overlay
     *   try      load its module: sudo modprobe overlay
     * }</pre>
     */
    public String message() {
        StringBuilder message = new StringBuilder(ShortCode.of(call, CODE)).append(": ");
        if (errno == 0) {
            message.append("returned 0");
        } else {
            message.append(Errno.name(errno))
                    .append(" (")
                    .append(Errno.meaning(errno))
                    .append(')');
        }
        line(message, "for", call.because());
        line(message, "chapter", call.chapter());
        for (Cause cause : causes) {
            line(message, "likely", cause.likely());
            line(message, "seen", cause.seen());
            line(message, "try", cause.remedy());
        }
        return message.toString();
    }

    private static void line(StringBuilder message, String label, String text) {
        if (!text.isEmpty()) {
            message.append("\n  ")
                    .append(label)
                    .append(" ".repeat(9 - label.length()))
                    .append(text);
        }
    }
}

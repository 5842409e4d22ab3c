package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;

/**
 * A call that failed, with all that the rules want to know about it.
 *
 * @param call the call
 * @param errno its error number; 0 where it returned an unusable 0
 * @param before the calls that its process, and before it its parent, had made
 * @param reports of the run; may be empty
 * @param system the machine, now
 * @param world what the process saw as its files
 */
record Failure(Call call, int errno, List<Call> before, List<Report> reports, LiveSystem system, World world) {
    static Failure of(Plan plan, Call call, int errno, List<Report> reports, LiveSystem system) {
        List<Call> before = new ArrayList<>();
        if (!collect(plan.calls(), call, before)) {
            // A line of the launcher's own, which it adds before the plan.
            before.clear();
        }
        List<Call> worked = before.stream()
                .filter(earlier ->
                        reports.stream().noneMatch(report -> isSame(report.call(), earlier) && report.errno() != 0))
                .toList();
        return new Failure(call, errno, before, reports, system, new World(system, worked));
    }

    /** Follows the plan to the failed call, the same object; whether it was met. */
    private static boolean collect(List<Call> calls, Call failed, List<Call> before) {
        for (Call call : calls) {
            if (isSame(call, failed)) {
                return true;
            }
            before.add(call);
            int mark = before.size();
            if (collect(call.child(), failed, before) || collect(call.otherwise(), failed, before)) {
                return true;
            }
            while (before.size() > mark) {
                before.removeLast();
            }
        }
        return false;
    }

    SystemCall systemCall() {
        return call.systemCall();
    }

    Arguments arguments() {
        return new Arguments(call);
    }

    /** Whether the process was in a new namespace, by a flag of clone(2); the failed call itself does not count. */
    boolean isInNew(long flag) {
        return before.stream()
                .filter(earlier -> earlier.systemCall() != SystemCall.SETNS)
                .anyMatch(earlier -> (new Arguments(earlier).cloneFlags() & flag) != 0);
    }

    /** Whether the capabilities of this JVM say nothing about those of the process. */
    boolean hasOtherCapabilities() {
        return isInNew(Constants.CLONE_NEWUSER)
                || before.stream().anyMatch(earlier -> earlier.systemCall() == SystemCall.SETNS);
    }

    boolean isAfter(SystemCall systemCall) {
        return before.stream().anyMatch(earlier -> earlier.systemCall() == systemCall);
    }

    @SuppressWarnings("ReferenceEquality") // A plan may make the same call twice.
    private static boolean isSame(Call one, Call other) {
        return one == other;
    }
}

package boxwright.doctor;

import boxwright.engine.doctor.Kernel;
import boxwright.kernel.Call;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The kernel of a machine that is not here: it goes through a plan as the launcher does, and takes each result from a
 * function.
 *
 * @param results of calls; a negated errno for a failure
 */
record AnsweringKernel(ToLongFunction<Call> results) implements Kernel {
    /** One that does whatever it is asked. */
    static AnsweringKernel willing() {
        return new AnsweringKernel(call -> call.systemCall() == SystemCall.LANDLOCK_CREATE_RULESET ? 4 : 1);
    }

    @Override
    public List<Report> ask(Plan plan) {
        List<Report> reports = new ArrayList<>();
        run(plan.calls(), reports);
        return reports;
    }

    private void run(List<Call> calls, List<Report> reports) {
        for (Call call : calls) {
            Report report = new Report(call, results.applyAsLong(call), 0, 0);
            if (call.reported() || !report.tolerated()) {
                reports.add(report);
            }
            if (!report.tolerated() || call.isLast()) {
                return;
            }
            if (report.errno() == 0) {
                run(call.child(), reports);
            } else if (!call.otherwise().isEmpty()) {
                run(call.otherwise(), reports);
                return;
            }
        }
    }
}

package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The reports of a run, laid over its plan: what became of each call. */
final class Outcomes {
    /** Calls that wait for somebody else: their time is not work. */
    private static final Set<SystemCall> WAITING =
            Set.of(SystemCall.PPOLL, SystemCall.WAIT4, SystemCall.READ, SystemCall.RECVMSG, SystemCall.FLOCK);

    // By identity: a plan may make the same call twice.
    private final Map<Call, Report> reports = new IdentityHashMap<>();
    private final Map<Call, Outcome> outcomes = new IdentityHashMap<>();
    private final Plan plan;
    private final long start;
    private final boolean failed;

    Outcomes(Plan plan, List<Report> told) {
        this.plan = plan;
        start = told.stream()
                .mapToLong(Report::startedNanos)
                .filter(nanos -> nanos != 0)
                .min()
                .orElse(0);
        for (Report report : told) {
            // A clone is reported by both processes; the parent's report has the pid.
            reports.merge(report.call(), report, (one, other) -> other.result() == 0 ? one : other);
        }
        failed = told.stream().anyMatch(report -> !report.tolerated());
        walk(plan.calls(), Outcome.State.NO_REPORT, true);
    }

    /** What became of a call of the plan. */
    Outcome of(Call call) {
        return outcomes.getOrDefault(call, Outcome.of(Outcome.State.NO_REPORT));
    }

    /** Whether the time of a call is spent on waiting for somebody else. */
    static boolean waits(Call call) {
        return WAITING.contains(call.systemCall());
    }

    /** How many calls were reported. */
    int count() {
        return reports.size();
    }

    /** When the first call began, in nanoseconds of {@code CLOCK_MONOTONIC}; 0 where nothing was timed. */
    long start() {
        return start;
    }

    /** The time in calls that do not wait, in nanoseconds. */
    long worked() {
        return outcomes.entrySet().stream()
                .filter(entry -> !waits(entry.getKey()))
                .mapToLong(entry -> entry.getValue().nanos().orElse(0L))
                .sum();
    }

    /** From the first call to the end of the last one before the program, in nanoseconds; empty if it did not start. */
    Optional<Long> untilProgram() {
        return started(plan.calls()).map(list -> {
            long end = list.stream().mapToLong(this::ended).max().orElse(0);
            return end - start;
        });
    }

    private Optional<List<Call>> started(List<Call> calls) {
        for (Call call : calls) {
            Optional<List<Call>> inside = started(call.child());
            if (inside.isPresent()) {
                return inside;
            }
            if (call.systemCall() == SystemCall.EXECVE && of(call).state() == Outcome.State.GONE) {
                return Optional.of(calls);
            }
        }
        return Optional.empty();
    }

    private long ended(Call call) {
        Report report = reports.get(call);
        return report == null ? 0 : report.endedNanos();
    }

    /**
     * Finds the outcomes of a list.
     *
     * @param unheard what a call is that nothing was heard of
     * @param reached whether the first call is known to have begun
     */
    private void walk(List<Call> calls, Outcome.State unheard, boolean reached) {
        Outcome.State silent = unheard;
        int last = lastReported(calls);
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            Report report = reports.get(call);
            Outcome outcome = report == null
                    ? unreported(call, silent, i < last, i == last + 1 && (reached || i > 0))
                    : Outcome.of(report);
            outcomes.put(call, outcome);
            walk(call.child(), inside(outcome), outcome.state() == Outcome.State.RETURNED);
            walk(call.otherwise(), fallback(outcome), outcome.state() == Outcome.State.TOLERATED);
            if (outcome.state() == Outcome.State.FAILED) {
                silent = Outcome.State.NOT_REACHED;
            } else if (outcome.state() == Outcome.State.GONE) {
                silent = Outcome.State.NOT_NEEDED;
            }
        }
    }

    private Outcome unreported(Call call, Outcome.State silent, boolean passed, boolean next) {
        if (silent != Outcome.State.NO_REPORT) {
            return Outcome.of(silent);
        }
        if (passed) {
            return Outcome.of(Outcome.State.PASSED);
        }
        boolean gone = call.isLast() && call.reported() && next && !failed;
        return Outcome.of(gone ? Outcome.State.GONE : Outcome.State.NO_REPORT);
    }

    private int lastReported(List<Call> calls) {
        int last = calls.size() - 1;
        while (last >= 0
                && !reports.containsKey(calls.get(last))
                && lastReported(calls.get(last).otherwise()) < 0) {
            last--;
        }
        return last;
    }

    /** What is known of the calls of a child before their own reports are looked at. */
    private static Outcome.State inside(Outcome clone) {
        return switch (clone.state()) {
            case FAILED, NOT_REACHED, TOLERATED -> Outcome.State.NOT_REACHED;
            case NOT_NEEDED -> Outcome.State.NOT_NEEDED;
            default -> Outcome.State.NO_REPORT;
        };
    }

    private static Outcome.State fallback(Outcome call) {
        return switch (call.state()) {
            case RETURNED, NOT_NEEDED, GONE -> Outcome.State.NOT_NEEDED;
            case FAILED, NOT_REACHED -> Outcome.State.NOT_REACHED;
            case TOLERATED, PASSED, NO_REPORT -> Outcome.State.NO_REPORT;
        };
    }
}

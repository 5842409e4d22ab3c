package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Report;
import java.util.Optional;

/**
 * What became of one call of a plan that has run.
 *
 * @param state what the reports prove
 * @param report the launcher's report, where there is one
 */
record Outcome(State state, Optional<Report> report) {
    /** What can be said of a call. A call without a report is never said to have worked without proof. */
    enum State {
        /** It worked. */
        RETURNED,
        /** It failed with an errno that the plan tolerates. */
        TOLERATED,
        /** It failed, and the plan ended there. */
        FAILED,
        /** It was not to be reported, but a later call of the same list was, so the plan went on after it. */
        PASSED,
        /** {@code execve} or {@code exit_group} after which nothing failed: they do not return when they work. */
        GONE,
        /** A fallback whose call worked, or what follows a call that did not return. */
        NOT_NEEDED,
        /** The plan ended before. */
        NOT_REACHED,
        /** Nothing was heard of it. */
        NO_REPORT;

        /** The state as JSON and the legend of a picture have it: {@code not-reached}. */
        String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    static Outcome of(Report report) {
        State state = State.FAILED;
        if (report.tolerated()) {
            state = report.errno() == 0 ? State.RETURNED : State.TOLERATED;
        }
        return new Outcome(state, Optional.of(report));
    }

    static Outcome of(State state) {
        return new Outcome(state, Optional.empty());
    }

    /** How long it took, in nanoseconds; empty where the call was not timed. */
    Optional<Long> nanos() {
        // A failure is always reported, but the time of its start is only taken for a call that is to be reported.
        return report.filter(told -> told.call().reported() && told.startedNanos() != 0)
                .map(Report::nanos);
    }

    /** What the kernel returned, as C names it: {@code pid 4711}, {@code fd 7}, {@code 0}; empty without a report. */
    Optional<String> value() {
        return report.filter(told -> told.errno() == 0).map(told -> value(told.call(), told.result()));
    }

    private static String value(Call call, long result) {
        return switch (call.systemCall()) {
            case CLONE, CLONE3, WAIT4 -> "pid " + result;
            case OPENAT, OPENAT2, OPEN_TREE, PIDFD_OPEN, MEMFD_CREATE, DUP3 -> "fd " + result;
            case UMASK -> "0" + (result == 0 ? "" : Long.toOctalString(result));
            default -> Long.toString(result);
        };
    }
}

package boxwright.explain;

import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import java.util.List;
import java.util.Optional;

/**
 * A plan as a tree for a terminal: each line the call as C would write it and why it is made; the calls of a child under
 * its {@code clone3}, fallbacks under their call, chapters as headings. After a run each line begins with how many
 * microseconds the call took and what it returned.
 *
 * @param colour whether to use the terminal's colours; a caller honours {@code NO_COLOR}
 * @param width of the terminal in characters: longer calls are cut, longer comments wrapped; 0 for no limit
 */
public record PlanTree(boolean colour, int width) {
    /** A tree without colours and limits, as a file or a test wants it. */
    public static PlanTree plain() {
        return new PlanTree(false, 0);
    }

    /** The plan before it runs. Ends with a line feed. */
    public String of(Plan plan) {
        return new TreeWriter(this, Row.of(plan), Optional.empty()).write();
    }

    /**
     * The plan with what became of it.
     *
     * @param plan the plan that ran; {@link Plan#timed} where each call shall have a time
     * @param reports of that run
     */
    public String of(Plan plan, List<Report> reports) {
        return new TreeWriter(this, Row.of(plan), Optional.of(new Outcomes(plan, reports))).write();
    }
}

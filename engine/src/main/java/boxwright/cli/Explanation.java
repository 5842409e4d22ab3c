package boxwright.cli;

import boxwright.explain.PlanJson;
import boxwright.explain.PlanTree;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.kernel.Terminal;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * Shows a plan to who asked for it.
 *
 * @param format how; empty where nobody has asked
 * @param console where
 */
record Explanation(Optional<ExplainFormat> format, Console console) {
    /** Before the run: shows the plan, and has its calls timed. Where nobody has asked, it is the plan as it is. */
    Plan announced(Plan plan) {
        // A program that reads JSON gets one document, after the run.
        if (format.equals(Optional.of(ExplainFormat.TREE))) {
            write(plan, Optional.empty(), 2);
        }
        return format.isPresent() ? plan.timed() : plan;
    }

    /** After the run, whether it went well or not. */
    void after(Plan plan, List<Report> reports) {
        if (format.isPresent()) {
            write(plan, Optional.of(reports), 2);
        }
    }

    /** Instead of a run, on standard output. */
    void only(Plan plan) {
        write(plan, Optional.empty(), 1);
    }

    /** Before the run there are no results to show, and the reports are absent. */
    private void write(Plan plan, Optional<List<Report>> reports, int descriptor) {
        PrintStream to = descriptor == 1 ? console.out() : console.err();
        switch (format.orElse(ExplainFormat.TREE)) {
            case TREE -> {
                PlanTree tree = tree(descriptor);
                to.print(reports.map(results -> tree.of(plan, results)).orElseGet(() -> tree.of(plan)));
            }
            case JSON ->
                to.println(reports.map(results -> PlanJson.of(plan, results)).orElseGet(() -> PlanJson.of(plan)));
        }
        to.flush();
    }

    /** In colour and as wide as the window on a terminal, where NO_COLOR (no-color.org) does not forbid it; else plain. */
    private PlanTree tree(int descriptor) {
        Optional<Terminal> terminal = Terminal.of(descriptor);
        if (terminal.isEmpty()) {
            return PlanTree.plain();
        }
        boolean colour =
                console.variable("NO_COLOR").filter(value -> !value.isEmpty()).isEmpty();
        return new PlanTree(colour, terminal.get().size().columns());
    }
}

package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of a plan that is laid out as a tree: a call, or a heading over the calls that follow.
 *
 * @param rails the strokes before it that show what it is inside of
 * @param call the call; empty for a heading
 * @param heading the words of a heading
 */
record Row(String rails, Optional<Call> call, String heading) {
    /** The name of the calls that belong to no chapter, where such follow a chapter's. */
    static final String OWN = "the launcher's own";

    /** The lines of a plan, with a heading wherever another chapter begins. */
    static List<Row> of(Plan plan) {
        List<Row> rows = new ArrayList<>();
        add(rows, plan.calls(), "", "", "", "");
        return rows;
    }

    private static void add(
            List<Row> rows, List<Call> calls, String rails, String stroke, String end, String outerChapter) {
        String chapter = outerChapter;
        for (int i = 0; i < calls.size(); i++) {
            Call call = calls.get(i);
            boolean last = i == calls.size() - 1;
            if (!call.chapter().equals(chapter)) {
                chapter = call.chapter();
                rows.add(new Row(rails + stroke, Optional.empty(), chapter.isEmpty() ? OWN : chapter));
            }
            rows.add(new Row(rails + (last ? end : stroke), Optional.of(call), ""));
            String inner = rails + (last ? " ".repeat(end.length()) : stroke);
            if (!call.otherwise().isEmpty()) {
                rows.add(new Row(inner + "┆ ", Optional.empty(), "otherwise"));
                add(rows, call.otherwise(), inner, "┆ ", "╰ ", chapter);
            }
            add(rows, call.child(), inner, "│ ", "╰ ", chapter);
        }
    }

    /**
     * The call as a line of C, in as many characters as there are: {@code pid = clone3(…)}, {@code mkdirat(…) or EEXIST}; and, in
     * a loop, {@code next: pause()} and {@code wait4(…), goto next at 0}.
     */
    static String code(Call call, int width) {
        String before = (call.label().isEmpty() ? "" : call.label() + ": ")
                + call.result().map(slot -> slot.name() + " = ").orElse("");
        StringBuilder after = new StringBuilder(call.positive() ? " > 0" : "");
        for (int errno : call.tolerated()) {
            after.append(after.isEmpty() ? " or " : "|").append(Errno.name(errno));
        }
        if (call.jump().isPresent()) {
            Call.Jump jump = call.jump().get();
            after.append(", goto ").append(jump.label()).append(jump.onlyZero() ? " at 0" : "");
        }
        return before + ShortCode.of(call, Math.max(0, width - before.length() - after.length())) + after;
    }
}

package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Plan;
import java.util.ArrayList;
import java.util.List;

/** A plan as a listing in AsciiDoc, for a page of the book. */
public final class PlanAsciidoc {
    private PlanAsciidoc() {}

    /** The whole plan as a listing of C. Ends with a line feed. */
    public static String listing(Plan plan) {
        StringBuilder text = new StringBuilder("[source,c]\n----\n");
        lines(plan).forEach(line -> text.append(line).append('\n'));
        return text.append("----\n").toString();
    }

    /** What has to change in one plan to make it the other, as a listing with {@code +} and {@code -} lines. */
    public static String difference(Plan before, Plan after) {
        StringBuilder text = new StringBuilder("[source,diff]\n----\n");
        difference(lines(before), lines(after))
                .forEach(line -> text.append(line).append('\n'));
        return text.append("----\n").toString();
    }

    /** The calls without headings: on the page of a chapter, the chapter is known. */
    private static List<String> lines(Plan plan) {
        List<String> lines = new ArrayList<>();
        add(lines, plan.calls(), "");
        return lines;
    }

    private static void add(List<String> lines, List<Call> calls, String indent) {
        for (Call call : calls) {
            String because = call.because().isEmpty() ? "" : "  // " + call.because();
            lines.add(indent + Row.code(call, Integer.MAX_VALUE) + because);
            add(lines, call.otherwise(), indent + "    or: ");
            add(lines, call.child(), indent + "    ");
        }
    }

    /** By the longest common subsequence, so that nothing is marked that stayed; plans are short. */
    private static List<String> difference(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add(" " + before.get(i++));
                j++;
            } else if (i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1])) {
                lines.add("-" + before.get(i++));
            } else {
                lines.add("+" + after.get(j++));
            }
        }
        return lines;
    }
}

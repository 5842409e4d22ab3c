package boxwright.book.weave;

import boxwright.book.Checkout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code plan::} and {@code plan-diff::}: the list of system calls of a step, and what it adds to another one's. */
final class Plans {
    private static final String LISTING = "-".repeat(24);
    /** As many lines around a change are shown on paper. */
    private static final int AROUND = 2;

    private final Checkout checkout;

    Plans(Checkout checkout) {
        this.checkout = checkout;
    }

    List<String> plan(String target, Map<String, String> attributes, boolean html) {
        ApprovedPlan plan = ApprovedPlan.of(checkout, target, attributes.getOrDefault("variant", ""));
        List<String> lines = plan.lines();
        String calls = attributes.getOrDefault("calls", "");
        if (!calls.isEmpty()) {
            Set<String> wanted = Set.of(calls.split(";"));
            lines = lines.stream()
                    .filter(line ->
                            ApprovedPlan.call(line).filter(wanted::contains).isPresent())
                    .toList();
        }
        return block(plan.name(), "plan", "c", html ? lines : PaperTranscripts.printable(lines));
    }

    List<String> difference(String target, Map<String, String> attributes, boolean html) {
        ApprovedPlan after = ApprovedPlan.of(checkout, target, attributes.getOrDefault("variant", ""));
        String other = attributes.getOrDefault("before", "");
        String name = other.isEmpty() ? ApprovedPlan.before(checkout, target).orElse("") : other;
        ApprovedPlan before = name.isEmpty() ? new ApprovedPlan("", List.of()) : ApprovedPlan.of(checkout, name);
        List<String> difference = after.since(before);
        String title = name.isEmpty() ? after.name() : after.name() + ", beside " + before.name();
        return block(title, "plan-diff", "diff", html ? difference : PaperTranscripts.printable(shortened(difference)));
    }

    private static List<String> block(String title, String role, String language, List<String> lines) {
        List<String> block = new ArrayList<>();
        block.add(".The list of " + title);
        block.add("[source." + role + "," + language + "]");
        block.add(LISTING);
        block.addAll(lines);
        block.add(LISTING);
        block.add("");
        return block;
    }

    /** Without the long runs of lines that stay. */
    private static List<String> shortened(List<String> difference) {
        List<String> shortened = new ArrayList<>();
        int i = 0;
        while (i < difference.size()) {
            int end = i;
            while (end < difference.size() && difference.get(end).startsWith(" ")) {
                end++;
            }
            int from = i == 0 ? i : i + AROUND;
            int to = end == difference.size() ? end : end - AROUND;
            if (to - from > 1) {
                shortened.addAll(difference.subList(i, from));
                shortened.add("  … " + (to - from) + " lines as before");
                shortened.addAll(difference.subList(to, end));
            } else {
                shortened.addAll(difference.subList(i, end));
            }
            i = end;
            while (i < difference.size() && !difference.get(i).startsWith(" ")) {
                shortened.add(difference.get(i++));
            }
        }
        return shortened;
    }
}

package boxwright.book.weave;

import boxwright.book.Checkout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which chapter's list adds which system calls.
 *
 * @param byCall the names of chapters, by the call that a list of theirs has and the list before had not as often
 */
public record PlanCalls(Map<String, Set<String>> byCall) {
    public static PlanCalls of(Checkout checkout) {
        Map<String, Set<String>> byCall = new TreeMap<>();
        for (String file : checkout.files(ApprovedPlan.PLANS, ApprovedPlan.ENDING)) {
            String script = file.substring(ApprovedPlan.PLANS.length(), file.length() - ApprovedPlan.ENDING.length());
            String chapter = chapter(checkout, script);
            ApprovedPlan plan = ApprovedPlan.of(checkout, script);
            if (chapter.isEmpty()) {
                continue; // of no step
            }
            List<String> lines = ApprovedPlan.before(checkout, chapter)
                    .map(before -> plan.since(ApprovedPlan.of(checkout, before)).stream()
                            .filter(line -> line.startsWith("+"))
                            .map(line -> line.substring(1))
                            .toList())
                    .orElse(plan.lines());
            for (String line : lines) {
                ApprovedPlan.call(line)
                        .ifPresent(call -> byCall.computeIfAbsent(call, _ -> new TreeSet<>())
                                .add(chapter));
            }
        }
        return new PlanCalls(byCall);
    }

    /** The directory that a script lies in. Behind a dash is on which machine, or for whom, its list is another one. */
    private static String chapter(Checkout checkout, String plan) {
        String script = plan.replaceFirst("-.*", "");
        return checkout.files("steps", "/" + script + ".java").stream()
                .map(file -> file.split("/")[1])
                .findFirst()
                .orElse("");
    }

    /** All system calls of all plans. */
    public Set<String> calls() {
        return byCall.keySet();
    }

    /** The chapters whose list adds it. */
    public Set<String> chapters(String call) {
        return byCall.getOrDefault(call, Set.of());
    }
}

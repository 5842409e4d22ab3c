package boxwright.book.check;

import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.weave.MacroUse;
import boxwright.book.weave.PlanCalls;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The index of system calls beside the approved plans.
 *
 * @param missing calls that a plan has, and the index has not
 * @param unknown entries that no plan has
 */
public record SystemCallIndex(List<String> missing, List<String> unknown) {
    public SystemCallIndex {
        missing = List.copyOf(missing);
        unknown = List.copyOf(unknown);
    }

    /** Compares; of the plans those whose chapter is in the book. */
    public static SystemCallIndex of(Checkout checkout, Contents contents) {
        Set<String> entries = new TreeSet<>();
        for (Contents.Chapter chapter : contents.chapters()) {
            MacroUse.of(checkout, chapter.name()).stream()
                    .filter(use -> use.name().equals("syscall"))
                    .forEach(use -> entries.add(use.target()));
        }
        PlanCalls plans = PlanCalls.of(checkout);
        return new SystemCallIndex(
                plans.calls().stream()
                        .filter(call -> !entries.contains(call))
                        .filter(call -> plans.chapters(call).stream()
                                .anyMatch(name -> contents.find(name).isPresent()))
                        .toList(),
                entries.stream().filter(call -> !plans.calls().contains(call)).toList());
    }
}

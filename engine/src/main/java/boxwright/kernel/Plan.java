package boxwright.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A list of system calls: what a container is made of, before it runs. A plan is data. It can be printed
 * ({@code boxwright.explain}), compared in a test, encoded ({@link EncodedPlan}) and run ({@link Launcher}).
 *
 * <p>The calls run in order. A call that fails ends the plan, unless its error is tolerated. {@code clone} and
 * {@code clone3} have a second list, which the child runs.
 *
 * @param calls in order; the last one does not return
 */
public record Plan(List<Call> calls) {
    public Plan {
        calls = List.copyOf(calls);
        requireEnd(calls);
    }

    /** After the last instruction of a list lies another list, or nothing: the launcher must not come there. */
    static void requireEnd(List<Call> calls) {
        if (calls.isEmpty()
                || !calls.getLast().isLast()
                || !calls.getLast().tolerated().isEmpty()) {
            throw new IllegalStateException("a plan, and each child in it, ends in an execve or an exit_group"
                    + " whose failure is not tolerated; this one ends in "
                    + (calls.isEmpty() ? "nothing" : calls.getLast().code()));
        }
    }

    /**
     * Writes a plan.
     *
     * <pre>{@code
     * Plan.of(plan -> {
     *     plan.sethostname("box").because("a name of its own");
     *     plan.execve("/bin/sh", List.of("sh"), List.of());
     * });
     * }</pre>
     *
     * @throws IllegalStateException when a list does not end in {@code execve} or {@code exit_group}
     */
    public static Plan of(Consumer<PlanBuilder> writer) {
        return new Plan(PlanBuilder.endedBlock("", writer));
    }

    /** The same plan, where the launcher reports every call with its result and times. */
    public Plan timed() {
        return new Plan(calls.stream().map(Call::timed).toList());
    }

    /** All calls, those of children and fallbacks included, in the order in which a reader meets them. */
    public List<Call> flat() {
        List<Call> all = new ArrayList<>();
        for (Call call : calls) {
            all.addAll(call.flat());
        }
        return all;
    }
}

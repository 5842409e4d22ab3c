package boxwright.runtime.oci;

import boxwright.isolation.cgroup.NumberList;
import boxwright.kernel.PlanBuilder;
import boxwright.runtime.spec.ProcessSpec.ExecCpuAffinity;
import java.util.BitSet;
import java.util.Optional;

/**
 * Which processors a program of {@code exec} runs on, config.md "Linux Process", {@code execCPUAffinity}: some until it is in
 * the container's cgroups, and then others. A process keeps its affinity when it comes into a cpuset, as far as that allows.
 *
 * @param initial until then; empty for ours
 * @param last from then on; empty for all that the cpuset has
 */
record ExecAffinity(Optional<BitSet> initial, Optional<BitSet> last) {
    /** CPU_SETSIZE of sched.h; the kernel takes those that there are. */
    private static final int ALL = 1024;

    static ExecAffinity of(Optional<ExecCpuAffinity> wanted) {
        return new ExecAffinity(
                wanted.flatMap(affinity -> list(affinity.initial())),
                wanted.flatMap(affinity -> list(affinity.last())));
    }

    private static Optional<BitSet> list(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(NumberList.of(text));
    }

    void addBefore(PlanBuilder plan) {
        initial.ifPresent(processors ->
                plan.sched_setaffinity(processors).because("these processors, until it is in its cgroups"));
    }

    void addAfter(PlanBuilder plan) {
        if (last.isPresent()) {
            plan.sched_setaffinity(last.get()).because("and from here on these");
        } else if (initial.isPresent()) {
            BitSet all = new BitSet();
            all.set(0, ALL);
            plan.sched_setaffinity(all).because("and from here on all that its cgroup has");
        }
    }
}

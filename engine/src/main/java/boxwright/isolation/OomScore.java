package boxwright.isolation;

import boxwright.kernel.PlanBuilder;

/**
 * Who goes first when the machine has no memory left: proc_pid_oom_score_adj(5). It is written before there is a new
 * process, which inherits it: to lower it takes CAP_SYS_RESOURCE, which root of a user namespace does not have.
 *
 * @param adjustment -1000 for never, 1000 for always first
 */
public record OomScore(int adjustment) implements Isolation {
    @Override
    public String chapter() {
        return "07-cgroups";
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        plan.writeFile("/proc/self/oom_score_adj", Integer.toString(adjustment))
                .because("who goes first when the machine has no memory left");
    }
}

package boxwright.isolation;

import boxwright.kernel.PlanBuilder;

/**
 * A label of SELinux, by which the policy of the machine knows a process: user, role, type and level; selinux(8).
 *
 * @param label {@code system_u:system_r:container_t:s0}
 */
public record SeLinux(String label) implements SecurityModule {
    @Override
    public void addLast(PlanBuilder plan) {
        ExecAttribute.write(plan, "exec", label).because("the program starts with this SELinux label; selinux(8)");
    }
}

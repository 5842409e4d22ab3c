package boxwright.isolation;

import boxwright.kernel.PlanBuilder;

/**
 * A profile of AppArmor, which names the files, capabilities, mounts and signals of a program by rules; apparmor(7). The
 * kernel must have the profile: loading one is for root of the host, and is done before.
 *
 * @param profile its name
 */
public record AppArmor(String profile) implements SecurityModule {
    @Override
    public void addLast(PlanBuilder plan) {
        ExecAttribute.write(plan, "apparmor/exec", "exec " + profile)
                .because("the program starts under this AppArmor profile; apparmor(7)");
    }
}

package boxwright.isolation;

import static boxwright.kernel.Argument.number;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;

/**
 * No {@code execve} gives more privilege than there was before it, for this process and its descendants, for ever: setuid
 * and setgid bits and file capabilities have no effect; {@code PR_SET_NO_NEW_PRIVS}, prctl(2). Then nobody needs privilege
 * to put a limit on himself, because no privileged program can be led astray by it.
 */
public record NoNewPrivileges() implements SecurityModule {
    @Override
    public void addLast(PlanBuilder plan) {
        plan.prctl(Constants.PR_SET_NO_NEW_PRIVS, "PR_SET_NO_NEW_PRIVS", number(1))
                .because("setuid programs give nothing from here on");
    }
}

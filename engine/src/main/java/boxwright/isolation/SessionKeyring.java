package boxwright.isolation;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Errno.ENOSYS;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;

/**
 * A session keyring of its own; keyrings(7). No namespace is about keys: whoever inherits a keyring can read what is in
 * it. The default filter of {@link Seccomp} forbids the calls, and this holds where somebody has switched it off.
 */
public record SessionKeyring() implements Isolation {
    @Override
    public String chapter() {
        return "10-seccomp";
    }

    @Override
    public void addLast(PlanBuilder plan) {
        plan.call(
                        SystemCall.KEYCTL,
                        number(Constants.KEYCTL_JOIN_SESSION_KEYRING, Notation.name("KEYCTL_JOIN_SESSION_KEYRING")),
                        NULL)
                // ENOSYS: a kernel without keys. EPERM: a filter around us, which is around the container too.
                .tolerate(ENOSYS, EPERM)
                .because("an empty keyring: keys have no namespace, and ours would be inherited");
    }
}

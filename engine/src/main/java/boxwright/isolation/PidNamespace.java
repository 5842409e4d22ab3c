package boxwright.isolation;

import boxwright.kernel.Constants;

/**
 * Process numbers of its own; pid_namespaces(7). The first process is number 1: it cannot name, and so cannot signal, a
 * process outside, it inherits the orphans, and when it ends the kernel kills every other process inside.
 *
 * <p>There is no line to add. The flag does it all, and only for a new process: one that exists keeps its number, which
 * is why {@code unshare(CLONE_NEWPID)} concerns the caller's children alone.
 */
public record PidNamespace() implements Isolation {
    @Override
    public String chapter() {
        return "01-pid-namespace";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWPID;
    }
}

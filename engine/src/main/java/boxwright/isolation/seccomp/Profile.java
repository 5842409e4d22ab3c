package boxwright.isolation.seccomp;

import java.util.List;

/**
 * A seccomp profile without conditions: {@code linux.seccomp} of the OCI runtime specification, config-linux.md
 * "Seccomp".
 *
 * @param defaultAction for every call that no rule is about
 * @param abis what programs may use beside the native ABI; calls of others kill the process
 * @param flags {@code SECCOMP_FILTER_FLAG_…} of seccomp(2), as bits
 * @param listenerPath the socket that gets the descriptor for {@link Action.Kind#NOTIFY}; empty for none
 * @param listenerMetadata a word for the process at that socket
 * @param rules in the order of the profile; {@link SeccompCompiler} says what it matters for
 */
public record Profile(
        Action defaultAction,
        List<Abi> abis,
        long flags,
        String listenerPath,
        String listenerMetadata,
        List<Rule> rules) {
    public Profile {
        abis = List.copyOf(abis);
        rules = List.copyOf(rules);
        if (defaultAction.kind() == Action.Kind.NOTIFY) {
            throw new SeccompException("SCMP_ACT_NOTIFY as the default would notify of the very calls by which the"
                    + " listener is handed over");
        }
        if (listenerPath.isEmpty() && !listenerMetadata.isEmpty()) {
            throw new SeccompException("listenerMetadata without a listenerPath");
        }
        if (listenerPath.isEmpty() && notifies(rules)) {
            throw new SeccompException("SCMP_ACT_NOTIFY needs a listenerPath");
        }
    }

    /** Whether somebody outside answers some of the calls; seccomp_unotify(2). */
    public boolean notifies() {
        return notifies(rules);
    }

    private static boolean notifies(List<Rule> rules) {
        for (Rule rule : rules) {
            if (rule.action().kind() == Action.Kind.NOTIFY) {
                return true;
            }
        }
        return false;
    }
}

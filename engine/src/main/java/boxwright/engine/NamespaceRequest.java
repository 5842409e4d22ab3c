package boxwright.engine;

import boxwright.isolation.ClockOffset;
import boxwright.isolation.IdMap;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.Sysctl;
import java.util.List;
import java.util.Optional;

/**
 * The namespaces of a container: which it shares, and what its own are set to; namespaces(7).
 *
 * @param hostname the host name; the container's short id where there is none
 * @param domainname the NIS domain; the host's where there is none
 * @param network what it has of the network
 * @param pid whether it sees the host's processes
 * @param ipc whether it has the host's System V objects, POSIX queues and shared memory
 * @param uts whether it has the host's name
 * @param users whose users it has
 * @param sysctls settings of its namespaces
 * @param clocks how much its clocks are ahead of the machine's; none for the machine's
 */
public record NamespaceRequest(
        Optional<String> hostname,
        Optional<String> domainname,
        NetworkNamespace.Mode network,
        Sharing pid,
        Sharing ipc,
        Sharing uts,
        Users users,
        List<Sysctl> sysctls,
        List<ClockOffset> clocks) {
    /**
     * Whose users a container has; user_namespaces(7).
     *
     * @param sharing empty for what the user needs: root shares the host's, others cannot
     * @param users the map of its own user ids; empty for the usual one
     * @param groups the map of its own group ids; empty for the usual one
     */
    public record Users(Optional<Sharing> sharing, Optional<IdMap> users, Optional<IdMap> groups) {
        public Users {
            if (sharing.equals(Optional.of(Sharing.HOST)) && (users.isPresent() || groups.isPresent())) {
                throw new IllegalArgumentException("--userns host and --uidmap or --gidmap exclude each other: the"
                        + " host's users are not mapped");
            }
        }

        /** What the user needs. */
        public static Users usual() {
            return new Users(Optional.empty(), Optional.empty(), Optional.empty());
        }

        /** Whether users of its own were asked for. */
        boolean arePrivate() {
            return sharing.equals(Optional.of(Sharing.PRIVATE)) || users.isPresent() || groups.isPresent();
        }
    }

    /** Checks that nothing is set in a namespace that is the host's. */
    public NamespaceRequest {
        hostname.ifPresent(Names::hostname);
        domainname.ifPresent(Names::domainname);
        sysctls = List.copyOf(sysctls);
        clocks = List.copyOf(clocks);
        if (uts == Sharing.HOST) {
            requireAbsent(hostname.isPresent(), "--hostname", "--uts host");
            requireAbsent(domainname.isPresent(), "--domainname", "--uts host");
        }
        for (Sysctl sysctl : sysctls) {
            String flag = "--sysctl " + sysctl.path().replace('/', '.');
            switch (sysctl.namespace()) {
                case NETWORK -> requireAbsent(network == NetworkNamespace.Mode.HOST, flag, "--network host");
                case IPC -> requireAbsent(ipc == Sharing.HOST, flag, "--ipc host");
                case UTS -> requireAbsent(uts == Sharing.HOST, flag, "--uts host");
            }
        }
        for (int i = 0; i < clocks.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (clocks.get(i).clock() == clocks.get(j).clock()) {
                    throw new IllegalArgumentException(
                            "--time-offset " + clocks.get(i) + " and " + clocks.get(j) + " are for the same clock");
                }
            }
        }
    }

    private static void requireAbsent(boolean there, String setting, String mode) {
        if (there) {
            throw new IllegalArgumentException(
                    setting + " and " + mode + " exclude each other: it would change the host's");
        }
    }

    /** As {@code run} has them without flags. */
    public static NamespaceRequest usual() {
        return new NamespaceRequest(
                Optional.empty(),
                Optional.empty(),
                NetworkNamespace.Mode.NONE,
                Sharing.PRIVATE,
                Sharing.PRIVATE,
                Sharing.PRIVATE,
                Users.usual(),
                List.of(),
                List.of());
    }
}

package boxwright.engine;

import boxwright.isolation.NetworkNamespace;
import java.util.Optional;

/**
 * The namespaces of a container: which it shares, and what its own are set to; namespaces(7).
 *
 * @param hostname the host name; the container's short id where there is none
 * @param network what it has of the network
 */
public record NamespaceRequest(Optional<String> hostname, NetworkNamespace.Mode network) {
    public NamespaceRequest {
        hostname.ifPresent(Names::hostname);
    }

    /** As {@code run} has them without flags. */
    public static NamespaceRequest usual() {
        return new NamespaceRequest(Optional.empty(), NetworkNamespace.Mode.NONE);
    }
}

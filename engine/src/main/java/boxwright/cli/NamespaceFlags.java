package boxwright.cli;

import boxwright.engine.Names;
import boxwright.engine.NamespaceRequest;
import boxwright.isolation.NetworkNamespace;
import java.util.Optional;

/** The flags of {@code boxwright run} that are about namespaces. */
final class NamespaceFlags {
    private final Flag<Optional<String>> hostname;
    private final Flag<Optional<NetworkNamespace.Mode>> network;

    NamespaceFlags(Syntax syntax) {
        hostname = syntax.value("-h, --hostname", "string", "Container host name", Names::hostname);
        network = syntax.value(
                "--network",
                "string",
                "Connect to the network: none, veth or host (default none)",
                NetworkNamespace.Mode::of);
    }

    NamespaceRequest request(Words words) {
        return new NamespaceRequest(words.get(hostname), words.get(network).orElse(NetworkNamespace.Mode.NONE));
    }
}

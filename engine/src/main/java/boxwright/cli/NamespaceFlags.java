package boxwright.cli;

import boxwright.engine.Names;
import boxwright.engine.NamespaceRequest;
import boxwright.engine.Sharing;
import boxwright.isolation.ClockOffset;
import boxwright.isolation.IdMap;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.Sysctl;
import java.util.List;
import java.util.Optional;

/** The flags of {@code boxwright run} that are about namespaces. */
final class NamespaceFlags {
    private final Syntax syntax;
    private final Flag<Optional<String>> domainname;
    private final Flag<List<IdMap.Range>> gidMap;
    private final Flag<Optional<String>> hostname;
    private final Flag<Optional<Sharing>> ipc;
    private final Flag<Optional<NetworkNamespace.Mode>> network;
    private final Flag<Optional<Sharing>> pid;
    private final Flag<List<Sysctl>> sysctl;
    private final Flag<List<ClockOffset>> timeOffset;
    private final Flag<List<IdMap.Range>> uidMap;
    private final Flag<Optional<Sharing>> userns;
    private final Flag<Optional<Sharing>> uts;

    NamespaceFlags(Syntax syntax) {
        this.syntax = syntax;
        domainname = syntax.value("--domainname", "string", "Container NIS domain name", Names::domainname);
        gidMap = syntax.list(
                "--gidmap", "list", "Map group ids, CONTAINER:HOST:SIZE (default as --uidmap)", IdMap.Range::parse);
        hostname = syntax.value("-h, --hostname", "string", "Container host name", Names::hostname);
        ipc = syntax.value(
                "--ipc", "string", "IPC namespace: private, none (without /dev/shm) or host", Sharing::ofIpc);
        network = syntax.value(
                "--net, --network",
                "string",
                "Connect to the network: none, veth or host (default none)",
                NetworkNamespace.Mode::of);
        pid = syntax.value("--pid", "string", "PID namespace: private or host", Sharing::of);
        sysctl = syntax.list("--sysctl", "K=V", "Set a kernel parameter of its own namespaces", Sysctl::parse);
        timeOffset = syntax.list(
                "--time-offset",
                "CLOCK=S",
                "Put its clock, monotonic or boottime, S seconds ahead",
                ClockOffset::parse);
        uidMap = syntax.list(
                "--uidmap", "list", "Map user ids, CONTAINER:HOST:SIZE (default as --gidmap)", IdMap.Range::parse);
        userns = syntax.value(
                "--userns",
                "string",
                "User namespace: private or host (default host for root, private for others)",
                Sharing::of);
        uts = syntax.value("--uts", "string", "UTS namespace: private or host", Sharing::of);
    }

    NamespaceRequest request(Words words) {
        try {
            return new NamespaceRequest(
                    words.get(hostname),
                    words.get(domainname),
                    words.get(network).orElse(NetworkNamespace.Mode.NONE),
                    words.get(pid).orElse(Sharing.PRIVATE),
                    words.get(ipc).orElse(Sharing.PRIVATE),
                    words.get(uts).orElse(Sharing.PRIVATE),
                    new NamespaceRequest.Users(
                            words.get(userns), map("--uidmap", words.get(uidMap)), map("--gidmap", words.get(gidMap))),
                    words.get(sysctl),
                    words.get(timeOffset));
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(syntax.command(), String.valueOf(e.getMessage()));
        }
    }

    private static Optional<IdMap> map(String flag, List<IdMap.Range> ranges) {
        try {
            return ranges.isEmpty() ? Optional.empty() : Optional.of(new IdMap(ranges));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
        }
    }
}

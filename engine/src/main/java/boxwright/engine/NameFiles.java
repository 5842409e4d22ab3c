package boxwright.engine;

import boxwright.isolation.EtcFiles;
import boxwright.isolation.EtcFiles.EtcFile;
import boxwright.isolation.Isolation;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.VethPair;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The files by which a container's programs find names: {@code hostname}, hosts(5), resolv.conf(5). */
final class NameFiles {
    /** As Docker writes it: the loopback, and the names of IPv6 that need no server. */
    private static final String HOSTS = """
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            """;

    private NameFiles() {}

    /**
     * The files of a container.
     *
     * @param directory where they are made
     * @param network what it has of the network; empty for the host's
     */
    static EtcFiles of(Path directory, String hostname, Optional<Isolation> network) {
        List<EtcFile> files = new ArrayList<>();
        files.add(new EtcFile("hostname", hostname + "\n"));
        if (network.isPresent()) {
            files.add(new EtcFile("hosts", HOSTS + address(network.get()) + "\t" + hostname + "\n"));
        } else {
            // In the host's network its names are right, and so are its name servers.
            hostFile("hosts").ifPresent(files::add);
            hostFile("resolv.conf").ifPresent(files::add);
        }
        return new EtcFiles(directory, files);
    }

    /** Its own loopback has every address of 127.0.0.0/8: Debian takes 127.0.1.1 for a host without another. */
    private static String address(Isolation network) {
        Optional<VethPair> cable = network instanceof NetworkNamespace own ? own.cable() : Optional.empty();
        return cable.map(pair -> pair.container().toString()).orElse("127.0.1.1");
    }

    private static Optional<EtcFile> hostFile(String name) {
        try {
            String text = Files.readString(Path.of("/etc", name), StandardCharsets.ISO_8859_1);
            return text.indexOf('\0') >= 0 ? Optional.empty() : Optional.of(new EtcFile(name, text));
        } catch (IOException e) {
            // The host has none, and the container neither.
            return Optional.empty();
        }
    }
}

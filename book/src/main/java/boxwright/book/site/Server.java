package boxwright.book.site;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Shows the site on a port of this machine alone, and makes it again when a source of it is saved. */
public final class Server {
    private static final int PORT = 8025;
    private static final int PAUSE_MILLIS = 400;

    private final Checkout checkout;
    private final Site site;

    public Server(Checkout checkout, Site site) {
        this.checkout = checkout;
        this.site = site;
    }

    /** Starts to serve; the address. */
    public String start() {
        InetAddress here = InetAddress.getLoopbackAddress();
        HttpServer server;
        try {
            server = SimpleFileServer.createFileServer(
                    new InetSocketAddress(here, PORT), site.directory(), SimpleFileServer.OutputLevel.NONE);
        } catch (UncheckedIOException taken) {
            server = SimpleFileServer.createFileServer(
                    new InetSocketAddress(here, 0), site.directory(), SimpleFileServer.OutputLevel.NONE);
        }
        server.start();
        return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    /** Waits for changes, until it is interrupted. */
    public void watch() throws InterruptedException {
        long seen = newest();
        while (!Thread.currentThread().isInterrupted()) {
            Thread.sleep(PAUSE_MILLIS);
            long now = newest();
            if (now != seen) {
                seen = now;
                make();
            }
        }
    }

    private void make() {
        long start = System.nanoTime();
        try {
            System.out.printf("%s, in %.1f s%n", site.make(), (System.nanoTime() - start) / 1e9);
        } catch (BookException e) {
            System.out.println(e.getMessage());
        }
    }

    private long newest() {
        long newest = 0;
        for (String directory : List.of("chapters", "diagrams", "steps", "tests/approved", "engine/src")) {
            try (Stream<Path> files = Files.walk(checkout.root().resolve(directory))) {
                newest = Math.max(
                        newest,
                        files.mapToLong(file -> file.toFile().lastModified())
                                .max()
                                .orElse(0));
            } catch (IOException | UncheckedIOException e) {
                // A file that an editor replaces at this moment: the next look sees it.
                continue;
            }
        }
        return newest;
    }
}

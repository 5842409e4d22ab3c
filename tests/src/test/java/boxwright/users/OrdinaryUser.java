package boxwright.users;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * An ordinary user of this machine, played by root who becomes him: no capability, no group, a home of his own, and a
 * checkout that he may read and not write.
 *
 * @param id his user and group
 * @param granted whether {@code /etc/subuid} and {@code /etc/subgid} grant him further ids; to him and his processes it
 *     looks so, for everybody else these files stay as they are
 * @param directory his
 * @param checkout where he has Boxwright
 */
public record OrdinaryUser(int id, boolean granted, Path directory, Path checkout) implements AutoCloseable {
    /** The first id that is granted, and how many are. */
    public static final int FIRST_GRANTED = 1_700_000_000;

    public static final int COUNT_GRANTED = 65536;

    /** Has an entry in {@code /etc/passwd} on every system, without which newuidmap(1) serves nobody. */
    private static final int NOBODY = 65534;
    /** Has none. */
    private static final int UNKNOWN = 58_999;

    private static final Path CHECKOUT = Path.of(System.getProperty("boxwright.checkout", ".."))
            .toAbsolutePath()
            .normalize();

    /** A user who has no id but his own. */
    public static OrdinaryUser alone() {
        return make(UNKNOWN, false);
    }

    /** A user who may map 65536 ids beside his own. */
    public static OrdinaryUser withGrantedIds() {
        assumeTrue(
                Files.exists(Path.of("/usr/bin/newuidmap")) && Files.exists(Path.of("/usr/bin/newgidmap")),
                "needs newuidmap and newgidmap (Debian: uidmap)");
        assumeTrue(
                Files.exists(Path.of("/etc/subuid")) && Files.exists(Path.of("/etc/subgid")),
                "needs an /etc/subuid and an /etc/subgid, to mount others over them");
        return make(NOBODY, true);
    }

    private static OrdinaryUser make(int id, boolean granted) {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs root, to become an ordinary user");
        assumeTrue(
                Files.exists(Path.of("/usr/bin/setpriv")) && Files.exists(Path.of("/usr/bin/unshare")),
                "needs setpriv and unshare (Debian: util-linux), to become an ordinary user");
        try {
            Path directory = Files.createTempDirectory("boxwright-user");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path home = Files.createDirectory(directory.resolve("home"));
            Files.setAttribute(home, "unix:uid", id);
            Files.setAttribute(home, "unix:gid", id);
            String grants = granted ? "nobody:" + FIRST_GRANTED + ":" + COUNT_GRANTED + "\n" : "";
            Files.writeString(directory.resolve("grants"), grants);
            return new OrdinaryUser(id, granted, directory, reachable(directory, id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The checkout, or a copy of what he needs of it where it lies in a directory that he may not enter. */
    private static Path reachable(Path directory, int id) throws IOException {
        Path jar = Path.of("engine", "target", "boxwright.jar");
        // Whoever is to find it built needs somebody who builds it.
        run(List.of(CHECKOUT.resolve("boxwright").toString(), "version"));
        List<String> look = List.of(
                "setpriv",
                "--reuid=" + id,
                "--regid=" + id,
                "--clear-groups",
                "test",
                "-r",
                "" + CHECKOUT.resolve(jar));
        if (run(look) == 0) {
            return CHECKOUT;
        }
        Path copy = directory.resolve("checkout");
        for (String part :
                List.of("boxwright", "bin", "pom.xml", "engine/pom.xml", "engine/src", "steps/target/classes")) {
            copy(CHECKOUT.resolve(part), copy.resolve(part));
        }
        copy(CHECKOUT.resolve("engine/target/lib"), copy.resolve("engine/target/lib"));
        // Last, for it has to be newer than the sources.
        copy(CHECKOUT.resolve(jar), copy.resolve(jar));
        return copy;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        run(List.of("cp", "-r", from.toString(), to.toString()));
    }

    private static int run(List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Where his containers are. */
    public Path home() {
        return directory.resolve("home").resolve("boxwright");
    }

    /** The words that come before a command of his. */
    public List<String> becoming() {
        List<String> words = new ArrayList<>();
        if (granted) {
            String grants = directory.resolve("grants").toString();
            String script = "mount --bind $1 /etc/subuid && mount --bind $1 /etc/subgid && shift && exec \"$@\"";
            words.addAll(List.of("unshare", "--mount", "sh", "-c", script, "sh", grants));
        }
        words.addAll(List.of(
                "setpriv",
                "--reuid=" + id,
                "--regid=" + id,
                "--clear-groups",
                "env",
                "HOME=" + directory.resolve("home"),
                "BOXWRIGHT_HOME=" + home()));
        return words;
    }

    /** The words of a command of his. */
    public List<String> command(String... words) {
        List<String> command = new ArrayList<>(becoming());
        command.addAll(List.of(words));
        return command;
    }

    /** The words that run {@code boxwright}. */
    public List<String> boxwright(String... words) {
        List<String> command = command(checkout.resolve("boxwright").toString());
        command.addAll(List.of(words));
        return command;
    }

    /** The words that run a step of the book, on its compiled class. */
    public List<String> step(String step, String... words) {
        Path target = checkout.resolve("engine/target");
        List<String> command = command(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-MaxFDLimit",
                "-Djna.boot.library.path=" + target.resolve("lib/native"),
                "-Djna.nosys=true",
                "-Djna.nounpack=true",
                "-cp",
                checkout.resolve("steps/target/classes") + ":" + target.resolve("boxwright.jar") + ":"
                        + target.resolve("lib") + "/*",
                step);
        command.addAll(List.of(words));
        return command;
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package boxwright.book;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A checkout, and where in it the book's sources are.
 *
 * @param root the absolute path of its directory
 */
public record Checkout(Path root) {
    public Checkout {
        root = root.toAbsolutePath().normalize();
    }

    /** The one that the system property {@code boxwright.checkout} names, else the current directory. */
    public static Checkout here() {
        return new Checkout(Path.of(System.getProperty("boxwright.checkout", ".")));
    }

    public Path chapters() {
        return root.resolve("chapters");
    }

    /** What was seen when the chapters ran; never committed. */
    public Path generated() {
        return chapters().resolve("generated");
    }

    public Path diagrams() {
        return root.resolve("diagrams");
    }

    /** What is built. */
    public Path target() {
        return root.resolve("book/target");
    }

    /** The approved plan of a step or of one of its scripts, such as {@code Step01} or {@code ChrootOnly}. */
    public Path approvedPlan(String script) {
        return root.resolve("tests/approved/steps/" + script + ".approved.txt");
    }

    /** The text of a file, named by its path from the checkout. */
    public String read(String path) {
        return read(root.resolve(path));
    }

    /** The text of a file. */
    public String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new BookException("cannot read " + root.relativize(file) + ": " + e);
        }
    }

    /** The regular files below a directory whose name ends so, sorted, as paths from the checkout. */
    public List<String> files(String directory, String... endings) {
        Path start = root.resolve(directory);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(start)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(file -> !file.contains("/target/"))
                    .filter(file -> Stream.of(endings).anyMatch(file::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

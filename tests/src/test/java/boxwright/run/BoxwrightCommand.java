package boxwright.run;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The command {@code boxwright} of this checkout, with a home of its own.
 *
 * @param home {@code BOXWRIGHT_HOME}
 */
public record BoxwrightCommand(Path home) {
    public static final Path CHECKOUT = Path.of(System.getProperty("boxwright.checkout", ".."))
            .toAbsolutePath()
            .normalize();

    /** What a process left. */
    public record Outcome(int exitCode, String out, String err) {}

    /** Skips the test where we are not root. */
    public static void needsRoot() {
        assumeTrue(isRoot(), "needs root: what it looks at is made by root, or seen by root only");
    }

    public static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    public ProcessBuilder builder(String... words) {
        return builder(List.of(), words);
    }

    /** The command behind others, such as {@code setpriv}. */
    public ProcessBuilder builder(List<String> before, String... words) {
        List<String> command = new ArrayList<>(before);
        command.add(CHECKOUT.resolve("boxwright").toString());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("BOXWRIGHT_HOME", home.toString());
        return builder;
    }

    /** Runs it with nothing on its standard input. */
    public Outcome run(String... words) {
        return outcome(builder(words), "");
    }

    /** Runs a process to its end. */
    public static Outcome outcome(ProcessBuilder builder, String input) {
        try {
            Path err = Files.createTempFile("boxwright-test", ".err");
            try {
                Process process = builder.redirectError(err.toFile()).start();
                try (var stdin = process.getOutputStream()) {
                    stdin.write(input.getBytes(StandardCharsets.UTF_8));
                } catch (IOException e) {
                    // It ended before it read all: its answer is what the test looks at.
                }
                String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new Outcome(process.waitFor(), out, Files.readString(err));
            } finally {
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Everything of containers that is left in the home: directories and names. */
    public List<String> leftovers() {
        List<String> all = new ArrayList<>();
        for (String part : List.of("containers", "names")) {
            Path directory = home.resolve(part);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> entries = Files.list(directory)) {
                    entries.map(entry -> part + "/" + entry.getFileName()).forEach(all::add);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return all;
    }
}

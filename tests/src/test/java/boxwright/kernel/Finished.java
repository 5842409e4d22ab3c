package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a command left that starts containers. Output goes to files: a container may keep a pipe open for longer than it lives. */
public record Finished(int exitCode, String out, String err) {
    private static final int PATIENCE_SECONDS = 60;

    /**
     * Runs a command to its end, with nothing on its standard input.
     *
     * @param directory where it runs, and where its output is meanwhile
     */
    public static Finished of(Path directory, List<String> line) {
        try {
            Path out = Files.createTempFile(directory, "finished", ".out");
            Path err = Files.createTempFile(directory, "finished", ".err");
            try {
                Process process = start(directory, out, err, line);
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("it hangs: " + line + ": " + Files.readString(err));
                }
                return new Finished(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts such a command. */
    public static Process start(Path directory, Path out, Path err, List<String> line) throws IOException {
        return new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    /** The output, of a command that has worked. */
    public String text() {
        assertThat(exitCode).as(err + out).isZero();
        return out.strip();
    }
}

package boxwright.engines;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A client of an engine, with all that the engine writes in one directory of ours.
 *
 * @param directory empty at first
 * @param client the words that every command begins with
 */
record Engine(Path directory, List<String> client) {
    /** Ours, in runc's place. */
    static final Path RUNTIME = Path.of(System.getProperty("boxwright.checkout", ".."))
            .toAbsolutePath()
            .normalize()
            .resolve("bin/boxwright-runtime");

    /** A program that prints {@code up}, and ends with 7 when it is asked to. */
    static final String SERVER = "trap 'exit 7' TERM; echo up; while :; do sleep 0.1; done";

    private static final int PATIENCE_SECONDS = 60;

    /** Runs a command of the client. */
    Finished run(String... words) {
        List<String> line = new ArrayList<>(client);
        line.addAll(List.of(words));
        return Finished.of(directory, line);
    }

    /** The same in a terminal. */
    Finished inTerminal(String command) {
        String line =
                String.join(" ", client.stream().map(word -> "'" + word + "'").toList()) + " " + command;
        return Finished.of(directory, List.of("script", "-qec", line, "/dev/null"));
    }

    /** A tar file with busybox and nothing else. */
    static Path layer(Path directory) {
        Path root = Machine.busyboxRoot(directory.resolve("layer"));
        Path tar = directory.resolve("layer.tar");
        assertThat(Machine.run("tar", "-C", root.toString(), "-cf", tar.toString(), "bin")
                        .exitCode())
                .isZero();
        return tar;
    }

    /** Ends a daemon that a test has started, and waits for it. */
    static void end(Process daemon) throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
            throw new AssertionError("the daemon did not end");
        }
    }
}

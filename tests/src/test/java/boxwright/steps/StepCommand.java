package boxwright.steps;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs steps and their attacks as processes of their own, on the compiled classes: what {@code ./jbang} does, without its
 * start-up time.
 */
final class StepCommand {
    static final Path CHECKOUT = Path.of(System.getProperty("boxwright.checkout", ".."))
            .toAbsolutePath()
            .normalize();

    /** Where the steps keep what they have on disk; the image stays there for the next test. */
    static final Path HOME = Path.of(System.getProperty(
            "boxwright.steps.home", CHECKOUT.resolve("tests/target/steps-home").toString()));

    private static final Path CLASSES = CHECKOUT.resolve("steps/target/classes");
    private static final int PATIENCE_SECONDS = 60;

    private StepCommand() {}

    /** What a process did. */
    record Result(int exitCode, String out, String err) {
        /** Checks that it went well, and returns its output. */
        String output() {
            assertThat(exitCode).as("exit code, with on stderr: %s", err).isZero();
            return out;
        }
    }

    /** Skips the test where a step could not work. */
    static void assumeRoot() throws IOException {
        assumeTrue(
                Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0),
                "needs root: steps 1 to 5 make namespaces, for which the kernel wants CAP_SYS_ADMIN, and attacks make hosts");
    }

    /** Where attacks keep their files. */
    static Path attackFiles() throws IOException {
        return Files.createDirectories(CHECKOUT.resolve("tests/target/attack-files"));
    }

    /** Runs a step. */
    static Result run(String step, String... words) throws IOException, InterruptedException {
        return run(with(runner(step), words));
    }

    /**
     * Runs an attack of a step.
     *
     * @param script in {@code steps/}
     * @param runner what the attack's inner part runs in; nothing for this machine itself
     */
    static Result attack(String script, List<String> runner) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("sh", CHECKOUT.resolve("steps").resolve(script).toString()));
        command.addAll(runner);
        return run(command);
    }

    /** The words that run a step; a command follows. */
    static List<String> runner(String step, String... options) {
        assertThat(CLASSES.resolve(step + ".class"))
                .as("the steps are compiled before the tests: mvnw compile")
                .exists();
        return with(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-MaxFDLimit",
                        "-cp",
                        CLASSES + File.pathSeparator + System.getProperty("java.class.path"),
                        step),
                options);
    }

    /** Runs any command with the steps' HOME, and nothing on its standard input. */
    static Result run(List<String> command) throws IOException, InterruptedException {
        return run(command, PATIENCE_SECONDS);
    }

    static Result run(List<String> command, int patience) throws IOException, InterruptedException {
        Path out = Files.createTempFile("step", ".out");
        Path err = Files.createTempFile("step", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().put("BOXWRIGHT_HOME", HOME.toString());
            builder.environment().put("TMPDIR", attackFiles().toString());
            builder.environment().put("TERM", "xterm");
            // In the locale "C" a JVM writes a question mark for each line of a tree.
            builder.environment().put("LC_ALL", "C.UTF-8");
            Process process = builder.start();
            boolean ended = process.waitFor(patience, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String said = Files.readString(err, UTF_8);
            assertThat(ended)
                    .as("%s ended in time; stderr: %s", command.getLast(), said)
                    .isTrue();
            return new Result(process.exitValue(), Files.readString(out, UTF_8), said);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    static List<String> with(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }
}

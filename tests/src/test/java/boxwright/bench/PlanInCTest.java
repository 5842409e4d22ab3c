package boxwright.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that the bench compares us with makes the container that we make: else the comparison is none. */
class PlanInCTest {
    @Test
    void itsContainerRunsToTheEndOfItsProgramAndLeavesNothing(@TempDir Path directory) throws IOException {
        BoxwrightCommand.needsRoot();
        assumeTrue(isThere("cc"), "needs a C compiler, cc");
        Path home = directory.resolve("home");
        Path classes = Files.createDirectory(directory.resolve("classes"));
        BenchSourcesTest.compile(classes);

        ProcessBuilder writer = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path") + ":" + classes,
                "PlanInC");
        writer.environment().put("BOXWRIGHT_HOME", home.toString());
        Outcome written = BoxwrightCommand.outcome(writer, "");
        assertThat(written.exitCode()).as(written.err()).isZero();
        Path source = Files.writeString(directory.resolve("plan.c"), written.out());
        Path program = directory.resolve("plan");
        Outcome compiled = BoxwrightCommand.outcome(
                new ProcessBuilder(List.of("cc", "-o", program.toString(), source.toString())), "");
        assertThat(compiled.exitCode()).as(compiled.err()).isZero();

        // A standard input that is at its end at once must not be taken for the end of the container.
        Outcome run = BoxwrightCommand.outcome(new ProcessBuilder(program.toString()), "");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).as("137 where the container was killed").isZero();
        assertThat(home.resolve("containers")).isEmptyDirectory();
    }

    private static boolean isThere(String program) {
        for (String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}

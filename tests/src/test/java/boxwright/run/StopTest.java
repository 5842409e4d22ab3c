package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ps}, {@code stop} and {@code kill}, in Docker's shape. */
class StopTest {
    private static final String WAITING = "echo up; while :; do sleep 0.05; done";

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @AfterEach
    void nothingIsLeft() {
        if (BoxwrightCommand.isRoot()) {
            assertThat(boxwright.leftovers()).isEmpty();
        }
    }

    @Test
    void theContainersThatRunAreListed() {
        assertThat(boxwright.run("ps").out())
                .isEqualTo("CONTAINER ID   IMAGE   COMMAND   CREATED   STATUS   PORTS   NAMES\n");
        try (Background one = trapping("first", List.of(), "true");
                Background two = Background.of(boxwright, "second", List.of(), "host", "sleep", "1000")) {
            List<String> lines = boxwright.run("ps").out().lines().toList();
            assertThat(lines).hasSize(3);
            assertThat(lines.getFirst()).matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES");
            assertThat(lines.get(1))
                    .as("the youngest first")
                    .matches(two.state().shortId() + " +host +\"sleep 1000\" +.* ago +Up .* +second");
            assertThat(lines.get(2)).contains(one.state().shortId(), "\"sh -c trap 'true' T…\"");
            assertThat(boxwright.run("ps", "-aq").out())
                    .isEqualTo(two.state().shortId() + "\n" + one.state().shortId() + "\n");
            assertThat(boxwright.run("ps", "-q", "--no-trunc").out())
                    .contains(one.state().id());
            assertThat(boxwright.run("ps", "--no-trunc").out())
                    .contains(WAITING, one.state().id());
        }
        assertThat(boxwright.run("ps", "-q").out()).isEmpty();
    }

    @Test
    void aContainerThatIsStoppedGetsItsSignalAndEndsAsItLikes() throws Exception {
        try (Background container = trapping("asked", List.of(), "exit 5")) {
            assertThat(boxwright.run("stop", "asked").out()).isEqualTo("asked\n");
            assertThat(container.process().waitFor()).isEqualTo(5);
        }
        try (Background container = trapping("other", List.of("--stop-signal", "USR2"), "exit 6", "USR2")) {
            assertThat(boxwright.run("stop", "other").exitCode()).isZero();
            assertThat(container.process().waitFor()).isEqualTo(6);
        }
        try (Background container = trapping("third", List.of(), "exit 7", "HUP")) {
            assertThat(boxwright.run("stop", "-s", "SIGHUP", "third").exitCode())
                    .isZero();
            assertThat(container.process().waitFor()).isEqualTo(7);
        }
    }

    @Test
    void oneThatDoesNotEndIsKilled() throws Exception {
        try (Background container = trapping("deaf", List.of(), "echo no")) {
            assertThat(boxwright.run("stop", "-t", "1", "deaf").exitCode()).isZero();
            assertThat(container.process().waitFor()).isEqualTo(137);
            assertThat(container.output().lines()).contains("no");
        }
        try (Background container = trapping("hasty", List.of("--stop-timeout", "0"), "sleep 5; exit 1")) {
            assertThat(boxwright.run("stop", "hasty").exitCode()).isZero();
            assertThat(container.process().waitFor()).isEqualTo(137);
        }
    }

    @Test
    void killSendsAnySignal() throws Exception {
        try (Background container = trapping("killed", List.of(), "echo got it", "USR1")) {
            assertThat(container.output().readLine()).isEqualTo("up");
            assertThat(boxwright.run("kill", "-s", "10", "killed").out()).isEqualTo("killed\n");
            assertThat(container.output().readLine()).isEqualTo("got it");
            assertThat(boxwright.run("kill", container.state().id()).exitCode()).isZero();
            assertThat(container.process().waitFor()).isEqualTo(137);
        }
    }

    @Test
    void oneThatIsNotThereDoesNotKeepTheOthersFromIt() throws Exception {
        try (Background container = trapping("there", List.of(), "exit 0")) {
            Outcome outcome = boxwright.run("stop", "not-there", "there", "nor-this");
            assertThat(outcome.exitCode()).isEqualTo(125);
            assertThat(outcome.out()).isEqualTo("there\n");
            assertThat(outcome.err())
                    .isEqualTo("boxwright: No such container: not-there\nboxwright: No such container: nor-this\n");
            assertThat(container.process().waitFor()).isZero();
        }
        assertThat(boxwright.run("kill", "there").err()).isEqualTo("boxwright: No such container: there\n");
    }

    private Background trapping(String name, List<String> flags, String command) {
        return trapping(name, flags, command, "TERM");
    }

    private Background trapping(String name, List<String> flags, String command, String signal) {
        Background container = Background.of(
                boxwright, name, flags, "host", "sh", "-c", "trap '" + command + "' " + signal + "; " + WAITING);
        try {
            // Before it says so, the trap may not be set.
            container.output().mark(100);
            assertThat(container.output().readLine()).isEqualTo("up");
            container.output().reset();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return container;
    }
}

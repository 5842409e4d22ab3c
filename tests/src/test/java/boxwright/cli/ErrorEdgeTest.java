package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystemException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorEdgeTest {
    private static final Map<String, String> DEBUGGING = Map.of("BOXWRIGHT_DEBUG", "1");

    @Test
    void aForeseenFailureIsItsMessageAndNothingElse() {
        Typed typed = throwing(new CommandFailure("no such program: sh", ExitCode.NOT_FOUND), Map.of());

        assertThat(typed.exitCode()).isEqualTo(127);
        assertThat(typed.err()).isEqualTo("boxwright: no such program: sh\n");
    }

    @Test
    void debuggingAddsTheStackTrace() {
        assertThat(throwing(new CommandFailure("no", 125), DEBUGGING).err())
                .startsWith("boxwright: no\n")
                .contains("\tat boxwright.cli.ErrorEdgeTest.");
        assertThat(throwing(new CommandFailure("no", 125), Map.of("BOXWRIGHT_DEBUG", "0"))
                        .err())
                .isEqualTo("boxwright: no\n");
    }

    @Test
    void anUnforeseenOneIsOurDefectAndSaysHowToReportIt() {
        Typed typed = throwing(new IllegalStateException("seven"), Map.of());

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err())
                .startsWith("boxwright: a defect of boxwright, not of what you typed:"
                        + " java.lang.IllegalStateException: seven\n  at ")
                .contains("Please report it", "boxwright version", "BOXWRIGHT_DEBUG=1")
                .doesNotContain("\tat ");
    }

    @Test
    void anErrorOfTheJvmIsReportedToo() {
        assertThat(Typed.doing(
                        (_, _) -> {
                            throw new StackOverflowError();
                        },
                        Map.of(),
                        "run",
                        "host"))
                .returns(125, Typed::exitCode)
                .satisfies(typed -> assertThat(typed.err()).contains("java.lang.StackOverflowError"));
    }

    @Test
    void aFullDiskIsNoDefect() {
        Typed typed = Typed.doing(
                (_, _) -> {
                    throw new FileSystemException("/var/x", null, "No space left on device");
                },
                Map.of(),
                "run",
                "host");

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err()).isEqualTo("boxwright: /var/x: No space left on device\n");
    }

    private static Typed throwing(RuntimeException failure, Map<String, String> environment) {
        return Typed.doing(
                (_, _) -> {
                    throw failure;
                },
                environment,
                "run",
                "host");
    }
}

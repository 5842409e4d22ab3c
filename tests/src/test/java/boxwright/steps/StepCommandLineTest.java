package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What all steps have in common: options, exit codes, messages. */
class StepCommandLineTest {
    @Test
    void the_exit_code_is_the_programs() throws Exception {
        StepCommand.assumeRoot();

        assertThat(run("Step01", "sh", "-c", "exit 7").exitCode()).isEqualTo(7);
    }

    @Test
    void a_program_that_a_signal_ends_exits_with_128_and_its_number() throws Exception {
        StepCommand.assumeRoot();

        // The first process of a PID namespace cannot even kill itself; pid_namespaces(7). Its child can.
        assertThat(run("Step01", "sh", "-c", "sh -c 'kill -TERM $$'; exit $?").exitCode())
                .isEqualTo(128 + 15);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Step01", "Step03"})
    void a_program_that_is_not_there_is_127(String step) throws Exception {
        StepCommand.assumeRoot();
        Result result = run(step, "no-such-program");

        assertThat(result.exitCode()).isEqualTo(127);
        assertThat(result.err())
                .contains("no-such-program", "No such file or directory")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Step01", "Step03"})
    void a_program_that_cannot_be_executed_is_126(String step) throws Exception {
        StepCommand.assumeRoot();
        Result result = run(step, "/etc/passwd");

        assertThat(result.exitCode()).isEqualTo(126);
        assertThat(result.err()).contains("/etc/passwd", "Permission denied").doesNotContain("\tat ");
    }

    @Test
    void without_a_command_a_step_runs_a_shell() throws Exception {
        StepCommand.assumeRoot();

        // On /dev/null a shell ends at once.
        assertThat(run("Step01").exitCode()).isZero();
        assertThat(run("Step01", "--dry-run").output()).contains("execve(\"/bin/sh\", [\"sh\"]");
    }

    @Test
    void explain_shows_the_list_beside_what_the_program_says() throws Exception {
        StepCommand.assumeRoot();
        Result result = run("Step02", "--explain", "echo", "hello");

        assertThat(result.output()).isEqualTo("hello\n");
        assertThat(result.err()).contains("clone3(", "sethostname(\"box\", 3)", "execve(");
    }

    @Test
    void dry_run_shows_the_list_and_runs_nothing() throws Exception {
        Result result = run("Step02", "--dry-run", "echo", "hello");

        assertThat(result.output())
                .contains("clone3(", "sethostname(\"box\", 3)")
                .doesNotContain("hello\n");
        assertThat(result.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Step01", "Step02", "Step03", "Step04", "Step05", "Step06", "Step07", "Step08", "Step09", "Step10"
            })
    void help_says_what_the_step_adds(String step) throws Exception {
        assertThat(run(step, "--help").output())
                .startsWith("Usage: ./jbang " + step.toLowerCase(Locale.ROOT))
                .contains("--explain", "--dry-run", "of its own");
    }

    @Test
    void help_is_this() throws Exception {
        assertThat(run("Step01", "-h").output()).isEqualTo("""
            Usage: ./jbang step01 [--explain | --dry-run] [--waterfall FILE] [COMMAND [ARGUMENT...]]

            Runs COMMAND (sh, when there is none) with all that the steps before have, and process numbers of its own.
              --explain         shows the list of system calls on stderr, then runs it
              --dry-run         only shows it
              --waterfall FILE  draws where the time went, as SVG
            """);
        assertThat(run("Step03", "--help").output()).isEqualTo("""
            Usage: ./jbang step03 [--explain | --dry-run] [--waterfall FILE] [--rootfs DIR] [COMMAND [ARGUMENT...]]

            Runs COMMAND (sh, when there is none) with all that the steps before have, and a root file system of its own.
              --explain         shows the list of system calls on stderr, then runs it
              --dry-run         only shows it
              --waterfall FILE  draws where the time went, as SVG
              --rootfs DIR      the container's root file system (default: the image host)
            """);
    }

    @Test
    void who_asks_for_help_or_for_the_list_runs_nothing() throws Exception {
        assertThat(run("Step01", "--help", "false").exitCode()).isZero();
        assertThat(run("Step01", "--dry-run", "false").exitCode()).isZero();
    }

    @Test
    void an_option_after_the_command_is_the_commands() throws Exception {
        StepCommand.assumeRoot();

        assertThat(run("Step01", "sh", "-c", "echo $1", "sh", "--help").output())
                .isEqualTo("--help\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--hepl", "--rootfs"})
    void an_option_that_does_not_exist_is_told_with_the_usage(String option) throws Exception {
        Result result = run("Step01", option, "true");

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err())
                .contains("\"" + option + "\"", "Usage: ./jbang step01")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no/such/directory", "/etc/passwd"})
    void a_root_file_system_must_be_a_directory(String path) throws Exception {
        Result result = run("Step03", "--rootfs", path, "true");

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err()).isEqualTo("step03: --rootfs " + path + ": there is no such directory\n");
    }

    @Test
    void an_empty_name_is_no_program() throws Exception {
        Result result = run("Step01", "");

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.err()).isEqualTo("step01: the name of the program is empty\n");
    }

    @Test
    void a_waterfall_is_drawn_into_the_file(@TempDir Path directory) throws Exception {
        StepCommand.assumeRoot();
        Path file = directory.resolve("time.svg");

        assertThat(run("Step02", "--waterfall", file.toString(), "true").output())
                .isEmpty();
        assertThat(file).content().startsWith("<svg").contains("step02 true", "sethostname", "execve");

        Result refused = run("Step02", "--waterfall", directory.toString(), "true");
        assertThat(refused.exitCode()).isEqualTo(125);
        assertThat(refused.err())
                .startsWith("step02: cannot write " + directory)
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Step01, xterm /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ''",
        "Step03, xterm /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /etc/profile",
        "Step06, xterm /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /etc/profile"
    })
    void its_environment_is_a_containers(String step, String variables) throws Exception {
        StepCommand.assumeRoot();

        assertThat(run(step, "sh", "-c", "echo $TERM $PATH \"${ENV:-''}\"").output())
                .isEqualTo(variables + "\n");
    }

    /** Of a JVM that was killed with its monitor: old, and nobody holds its lock. */
    @ParameterizedTest
    @ValueSource(strings = {"Step03", "Step06"})
    void a_step_removes_what_an_earlier_one_could_not(String step) throws Exception {
        StepCommand.assumeRoot();
        Path abandoned = StepCommand.HOME.resolve("containers/abandoned-" + step);
        Files.createDirectories(abandoned.resolve("upper/etc"));
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

        assertThat(run(step, "true").exitCode()).isZero();
        assertThat(abandoned).doesNotExist();
    }

    private static Result run(String step, String... words) throws IOException, InterruptedException {
        return StepCommand.run(step, words);
    }
}

package boxwright.book.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed into a program of a console block is read by that program, or by nobody. */
class ShellTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path home;

    @Test
    void a_program_reads_what_is_typed_into_it_and_its_exit_code_is_known() {
        Shell shell = new Shell(Checkout.here(), home);
        try {
            shell.open("sh", PATIENCE);

            assertThat(shell.run("echo inside", PATIENCE).output()).isEqualTo("inside\n");
            assertThat(shell.leave("exit 7", PATIENCE).exitCode()).isEqualTo(7);
            assertThat(shell.run("echo outside", PATIENCE).output()).isEqualTo("outside\n");
        } finally {
            shell.end();
        }
    }

    @Test
    void nothing_is_typed_into_the_shell_around_a_program_that_has_ended_at_once() {
        Shell shell = new Shell(Checkout.here(), home);
        try {
            assertThatThrownBy(() -> shell.open("echo no container; exit_with() { return 3; }; exit_with", PATIENCE))
                    .isInstanceOf(BookException.class)
                    .hasMessageContaining("ended at once, with 3")
                    .hasMessageContaining("no container");
            assertThat(shell.run("echo still there", PATIENCE).output()).isEqualTo("still there\n");
        } finally {
            shell.end();
        }
    }

    @Test
    void who_ends_soon_after_the_last_command_has_left_nothing() {
        Shell shell = new Shell(Checkout.here(), home);
        shell.run("sleep 0.5 &", PATIENCE);

        assertThat(shell.end()).isEmpty();
    }

    @Test
    void who_does_not_end_is_told_and_ended() {
        Shell shell = new Shell(Checkout.here(), home);
        String left = shell.run("sleep 100 & echo $!", PATIENCE).output().strip();

        assertThat(shell.end()).singleElement().asString().endsWith("sleep 100");
        // The signal is sent; it ends in its own time.
        ProcessHandle.of(Long.parseLong(left))
                .ifPresent(one -> assertThat(one.onExit()).succeedsWithin(PATIENCE));
    }
}

package boxwright.escapes;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanProgram;
import boxwright.run.BoxwrightCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code TIOCSTI} of ioctl_tty(2): puts characters into a terminal's input, as if the user had typed them. When the
 * container has ended, the user's shell reads them: a command line, with the user's rights. It works on the terminal that
 * controls one's session; so a container with the user's terminal must be in another session.
 */
class TypeIntoTheUsersTerminalTest {
    private static final long TIOCSTI = 0x5412;

    /** The terminal shows it, among the results in base64, where it means nothing. */
    private static final String TYPED = "#";

    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
        Machine.needs("script");
    }

    private static Consumer<PlanBuilder> type() {
        return plan -> plan.ioctl(fd(0), TIOCSTI, "TIOCSTI", text(TYPED));
    }

    /** Makes the terminal the one that controls the attacker's session, though it already is one of another session. */
    private static Consumer<PlanBuilder> steal() {
        return plan -> {
            plan.ioctl(fd(0), Constants.TIOCSCTTY, "TIOCSCTTY", number(1));
            plan.ioctl(fd(0), TIOCSTI, "TIOCSTI", text(TYPED));
        };
    }

    /** In a terminal of the test's own; script(1). */
    private Attempt inTerminal(PlanProgram attack, List<String> command) {
        StringBuilder line = new StringBuilder();
        for (String word : command) {
            line.append('\'').append(word.replace("'", "'\\''")).append("' ");
        }
        ProcessBuilder builder =
                new ProcessBuilder("script", "--quiet", "--return", "--command", line.toString(), "/dev/null");
        builder.environment().put("BOXWRIGHT_HOME", attacker.boxwright().home().toString());
        return Attacker.attempt(attack, BoxwrightCommand.outcome(builder, ""));
    }

    @Test
    void who_is_in_the_users_session_can_type_for_the_user() throws IOException {
        Path setting = Path.of("/proc/sys/dev/tty/legacy_tiocsti");
        assumeTrue(
                !Files.exists(setting) || Files.readString(setting).startsWith("1"),
                "this kernel lets nobody do it: dev.tty.legacy_tiocsti=0");
        PlanProgram attack = attacker.program(type());

        assertThat(inTerminal(attack, attacker.shownOutside(attack)).end()).isEqualTo(Attempt.WORKED);
    }

    @Test
    void a_container_with_the_users_terminal_as_its_input_cannot() {
        PlanProgram attack = attacker.program(type());

        assertThat(inTerminal(attack, attacker.command(attack, List.of("--interactive")))
                        .end())
                .isIn("ioctl: EPERM", "ioctl: EIO");
    }

    @Test
    void nor_can_it_steal_the_terminal() {
        PlanProgram attack = attacker.program(steal());

        assertThat(inTerminal(attack, attacker.command(attack, List.of("--interactive")))
                        .end())
                .isEqualTo("ioctl: EPERM");
    }

    @Test
    void without_a_terminal_of_its_own_dev_tty_is_none() {
        PlanProgram attack = attacker.program(plan -> plan.open("/dev/tty", Constants.O_RDWR, 0));

        assertThat(inTerminal(attack, attacker.command(attack, List.of("--interactive")))
                        .end())
                .isEqualTo("openat: ENXIO");
    }
}

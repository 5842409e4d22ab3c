package boxwright.escapes;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanProgram;
import boxwright.kernel.SystemCall;
import boxwright.run.BoxwrightCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A key in the keyring of the session that started the container; keyrings(7). A keyring is inherited over everything, and
 * there is no namespace for keys. The session is one of the test's own.
 */
class TakeAKeyOfTheSessionTest {
    private static final String NAME = "boxwright-escape";
    private static final String SECRET = "a key of the host";

    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
    }

    private static Consumer<PlanBuilder> search() {
        return plan -> plan.call(
                SystemCall.KEYCTL,
                number(Constants.KEYCTL_SEARCH, Notation.name("KEYCTL_SEARCH")),
                number(Constants.KEY_SPEC_SESSION_KEYRING, Notation.name("KEY_SPEC_SESSION_KEYRING")),
                text("user"),
                text(NAME),
                number(0));
    }

    /** Runs a command in a session that has the key. */
    private Attempt inSession(PlanProgram attack, List<String> command) {
        PlanProgram session = attacker.program("/session", plan -> {
            plan.call(
                    SystemCall.KEYCTL,
                    number(Constants.KEYCTL_JOIN_SESSION_KEYRING, Notation.name("KEYCTL_JOIN_SESSION_KEYRING")),
                    NULL);
            plan.call(
                    SystemCall.ADD_KEY,
                    text("user"),
                    text(NAME),
                    text(SECRET),
                    number(SECRET.length()),
                    number(Constants.KEY_SPEC_SESSION_KEYRING, Notation.name("KEY_SPEC_SESSION_KEYRING")));
            plan.execve(
                    "/bin/sh",
                    words(List.of("sh", "-c", "exec \"$@\"", "sh"), command),
                    List.of(
                            "PATH=" + System.getenv("PATH"),
                            "JAVA_HOME=" + System.getProperty("java.home"),
                            "HOME=" + directory,
                            "BOXWRIGHT_HOME=" + attacker.boxwright().home()));
        });
        return Attacker.attempt(
                attack,
                BoxwrightCommand.outcome(new ProcessBuilder(session.file().toString()), ""));
    }

    private static List<String> words(List<String> first, List<String> more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(more);
        return all;
    }

    @Test
    void who_inherits_the_session_finds_it() {
        PlanProgram attack = attacker.program(search());

        assertThat(inSession(attack, attacker.shownOutside(attack)).end()).isEqualTo(Attempt.WORKED);
    }

    @Test
    void a_container_may_not_ask() {
        PlanProgram attack = attacker.program(search());

        assertThat(inSession(attack, attacker.command(attack, List.of())).end()).isEqualTo("keyctl: EPERM");
    }

    @Test
    void and_if_it_may_its_session_is_an_empty_one() {
        PlanProgram attack = attacker.program(search());

        assertThat(inSession(attack, attacker.command(attack, List.of("--security-opt", "seccomp=unconfined")))
                        .end())
                .isEqualTo("keyctl: ENOKEY");
    }
}

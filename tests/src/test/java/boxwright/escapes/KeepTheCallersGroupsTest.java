package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanProgram;
import boxwright.run.BoxwrightCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Supplementary groups, credentials(7): whoever starts containers is often in groups that may do much, {@code disk} or
 * {@code docker}. A container's user is in none of them, whether it is root or not. The attack reads a file that is for a
 * group alone.
 */
class KeepTheCallersGroupsTest {
    private static final String GROUP = "4711";

    @TempDir
    private Path directory;

    private Attacker attacker;
    private PlanProgram attack;

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        Machine.needs("setpriv");
        Path secret = Files.writeString(attacker.image().resolve("secret"), "for a group");
        Machine.run("chown", "4242:" + GROUP, secret.toString());
        Machine.run("chmod", "040", secret.toString());
        attack = attacker.program(plan -> plan.open("/secret", Constants.O_RDONLY, 0));
    }

    private Attempt startedBySomebodyInIt(List<String> flags) {
        ProcessBuilder builder = attacker.boxwright()
                .builder(
                        List.of("setpriv", "--groups", GROUP),
                        attacker.shown(attack, flags).toArray(String[]::new));
        return Attacker.attempt(attack, BoxwrightCommand.outcome(builder, ""));
    }

    @Test
    void who_is_in_the_group_may_read_it() {
        PlanProgram outside = attacker.program(
                "/outside", plan -> plan.open(attacker.image().resolve("secret").toString(), Constants.O_RDONLY, 0));
        List<String> member = List.of("setpriv", "--reuid=1000", "--regid=1000", "--groups", GROUP);
        assertThat(attacker.outside(member, outside).end()).isEqualTo(Attempt.WORKED);

        assertThat(startedBySomebodyInIt(List.of("--user", "1000:1000", "--group-add", GROUP))
                        .end())
                .as("in a container that was given it")
                .isEqualTo(Attempt.WORKED);
    }

    @Test
    void a_containers_user_is_not_in_it() {
        assertThat(startedBySomebodyInIt(List.of("--user", "1000:1000")).end()).isEqualTo("openat: EACCES");
    }

    @Test
    void nor_is_its_root() {
        assertThat(startedBySomebodyInIt(List.of("--cap-drop", "ALL")).end()).isEqualTo("openat: EACCES");
    }
}

package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user who is not root gains by a file of the image: by its setuid bit, which {@code no-new-privileges} makes
 * worthless; and by its inheritable capabilities (CVE-2022-24769), for which a container must not have any itself. The
 * attack reads a file that only root may read.
 */
class GainPrivilegeByAFileTest {
    private static final List<String> USER = List.of("--user", "1000:1000");

    @TempDir
    private Path directory;

    private Attacker attacker;
    private PlanProgram attack;

    @BeforeEach
    void image() throws Exception {
        attacker = Attacker.in(directory);
        Path secret = Files.writeString(attacker.image().resolve("secret"), "root's");
        Machine.run("chmod", "600", secret.toString());
        attack = attacker.program(plan -> plan.open("/secret", Constants.O_RDONLY, 0));
    }

    @Test
    void without_either_a_user_may_not_read_it() {
        assertThat(attacker.inContainer(USER, attack).end()).isEqualTo("openat: EACCES");
    }

    @Test
    void a_setuid_program_of_root() {
        Machine.run("chmod", "4755", attack.file().toString());
        assertThat(attacker.inContainer(USER, attack).end())
                .as("where it is allowed")
                .isEqualTo(Attempt.WORKED);

        List<String> flags = List.of("--user", "1000:1000", "--security-opt", "no-new-privileges");
        assertThat(attacker.inContainer(flags, attack).end()).isEqualTo("openat: EACCES");
    }

    /** capabilities(7): what execve gives is the file's inheritable set and the process's own, where both have it. */
    @Test
    void inheritable_capabilities_of_a_file() {
        Machine.needs("setcap");
        Machine.needs("setpriv");
        PlanProgram outside = attacker.program(
                "/outside", plan -> plan.open(attacker.image().resolve("secret").toString(), Constants.O_RDONLY, 0));
        for (PlanProgram program : List.of(attack, outside)) {
            assertThat(Machine.run(
                                    "setcap",
                                    "cap_dac_override+ei",
                                    program.file().toString())
                            .exitCode())
                    .isZero();
        }
        List<String> who = List.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups");
        List<String> whoHasThem =
                List.of("setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--inh-caps=+dac_override");
        assertThat(attacker.outside(who, outside).end())
                .as("outside, with none")
                .isEqualTo("openat: EACCES");
        assertThat(attacker.outside(whoHasThem, outside).end())
                .as("outside, with it")
                .isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(USER, attack).end()).isEqualTo("openat: EACCES");
        assertThat(attacker.inContainer(List.of("--user", "1000:1000", "--cap-add", "ALL"), attack)
                        .end())
                .as("whatever root of the container may")
                .isEqualTo("openat: EACCES");
    }
}

package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code boxwright check} says of a reader's program: of our own step nothing is missing, of the one before something. */
class StepCheckTest {
    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @ParameterizedTest
    @CsvSource({
        "01-pid-namespace, Step01",
        "02-uts-namespace, Step02",
        "03-root-filesystem, Step03",
        "04-ipc-namespace, Step04",
        "05-network-namespace, Step05",
        "06-user-namespace, Step06",
        "07-cgroups, Step07",
        "08-capabilities, Step08",
        "09-security-modules, Step09",
        "10-seccomp, Step10"
    })
    void a_step_passes_its_own_check(String directory, String step) throws Exception {
        Result check = check(directory, StepCommand.runner(step));

        assertThat(check.output()).contains("ok - ").doesNotContain("not ok");
    }

    @ParameterizedTest
    @CsvSource({
        "02-uts-namespace, Step01, the host cannot be renamed",
        "03-root-filesystem, Step02, no file of the host can be read",
        "04-ipc-namespace, Step03, it has an IPC namespace of its own",
        "05-network-namespace, Step04, a server on the host's loopback cannot be reached",
        "06-user-namespace, Step05, root inside may not set what is the machine's",
        "07-cgroups, Step06, a fork bomb stops",
        "08-capabilities, Step07, CapEff has none but Docker's fourteen",
        "09-security-modules, Step08, root cannot write to /etc",
        "10-seccomp, Step09, nobody becomes root of a new user namespace"
    })
    void the_step_before_fails_it_for_want_of_what_the_step_adds(String directory, String step, String missing)
            throws Exception {
        Result check = check(directory, StepCommand.runner(step));

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out()).contains("not ok - " + missing, "hint: ");
    }

    @Test
    void a_program_that_makes_no_container_fails_the_first() throws Exception {
        Result check = check("01-pid-namespace", List.of("env"));

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out())
                .contains("ok - it runs a program\n", "not ok - the program is number 1\n", "CLONE_NEWPID");
    }

    private static Result check(String directory, List<String> program) throws IOException, InterruptedException {
        return StepCommand.attack(directory + "/check.sh", program);
    }
}

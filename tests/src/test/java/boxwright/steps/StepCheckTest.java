package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Approved;
import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    /** All that is checked, and what is said of what is missing; not what was seen, which is the machine's. */
    @ParameterizedTest
    @CsvSource({
        "01-pid-namespace, Step01, ",
        "02-uts-namespace, Step02, Step01",
        "03-root-filesystem, Step03, Step02",
        "04-ipc-namespace, Step04, Step03",
        "05-network-namespace, Step05, Step04",
        "06-user-namespace, Step06, Step05",
        "07-cgroups, Step07, Step06",
        "08-capabilities, Step08, Step07",
        "09-security-modules, Step09, Step08",
        "10-seccomp, Step10, Step09"
    })
    void nothing_is_missing_of_a_step_and_something_of_the_one_before(
            String directory, String step, @Nullable String before) throws Exception {
        Result check = check(directory, StepCommand.runner(step));

        String said = step + "\n" + check.output();
        assertThat(said).contains("ok - ").doesNotContain("not ok");
        if (before != null) {
            Result missing = check(directory, StepCommand.runner(before));

            assertThat(missing.exitCode()).isEqualTo(1);
            assertThat(missing.out()).contains("not ok - ", "saw: ", "hint: ");
            said += "\n" + before + "\n" + missing.out().replaceAll("(?m)^saw: .*\\R", "");
        }
        Approved.verify("steps/" + step + "-check.txt", said);
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

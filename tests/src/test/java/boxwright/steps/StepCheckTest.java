package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Approved;
import boxwright.kernel.Machine;
import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            said += "\n" + before + "\n" + withoutWhatWasSeen(missing);
        }
        Approved.verify("steps/" + step + "-check.txt", said);
    }

    @Test
    void a_program_that_makes_no_container_fails_the_first() throws Exception {
        List<Integer> before = sleeping();
        Result check = check("01-pid-namespace", List.of("env"));

        assertThat(check.exitCode()).isEqualTo(1);
        Approved.verify("steps/no-container-check.txt", withoutWhatWasSeen(check));
        assertThat(sleeping()).as("what it left running").isEqualTo(before);
    }

    /** The program that step 1's check leaves running, and then looks for. */
    private static List<Integer> sleeping() {
        return Machine.commandLines().entrySet().stream()
                .filter(process -> process.getValue().matches("sleep 61[0-9]+ "))
                .map(Map.Entry::getKey)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-pid-namespace",
                "02-uts-namespace",
                "03-root-filesystem",
                "04-ipc-namespace",
                "05-network-namespace",
                "06-user-namespace",
                "07-cgroups",
                "08-capabilities",
                "09-security-modules",
                "10-seccomp"
            })
    void a_program_that_runs_nothing_is_told_that_and_no_more(String directory) throws Exception {
        Result check = check(directory, List.of("false"));

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out()).isEqualTo("""
            not ok - it runs a program
            hint: what comes after your program's name is the command: execute that
            """);
    }

    @Test
    void a_set_that_cannot_be_read_is_not_taken_for_an_empty_one(@TempDir Path temp) throws Exception {
        String step = String.join(" ", StepCommand.runner("Step08"));
        Path mute = Files.writeString(temp.resolve("mute"), "[ $1 != grep ] && exec " + step + " \"$@\"\n");

        Result check = check("08-capabilities", List.of("sh", mute.toString()));

        assertThat(check.exitCode()).isEqualTo(1);
        assertThat(check.out())
                .contains(
                        "not ok - CapEff has none but Docker's fourteen",
                        "not ok - CapBnd has none but Docker's fourteen",
                        "not ok - CapInh is empty",
                        "not ok - CapAmb is empty",
                        "ok - root is still root of its files");
    }

    private static String withoutWhatWasSeen(Result check) {
        return check.out().replaceAll("(?m)^saw: .*\\R", "");
    }

    private static Result check(String directory, List<String> program) throws IOException, InterruptedException {
        Result check = StepCommand.attack(directory + "/check.sh", program);
        assertThat(StepCommand.attackFiles()).isEmptyDirectory();
        return check;
    }
}

package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompleteCommandTest {

    @Test
    void theFirstWordIsACommand() {
        assertThat(complete("")).containsExactly("run", "doctor", "seccomp", "completion", "help", "version", ":none");
        assertThat(complete("d")).containsExactly("doctor", ":none");
        assertThat(complete("help", "v")).containsExactly("version", ":none");
        assertThat(complete("completion", "")).containsExactly("bash", "zsh", "fish", ":none");
        assertThat(complete("seccomp", "p")).containsExactly("print", ":none");
        assertThat(complete("seccomp", "print", "")).containsExactly(":files");
        assertThat(complete("seccomp", "--cap-a")).containsExactly("--cap-add", ":none");
    }

    @Test
    void aDashIsTheBeginningOfAFlag() {
        assertThat(complete("run", "--e")).containsExactly("--env", "--env-file", "--explain", ":none");
        assertThat(complete("run", "--rm", "-"))
                .contains("--tty", "-t", "--hostname", "-h", "--dry-run")
                .endsWith(":none");
    }

    @Test
    void everyFlagCarriesItsDescription() {
        assertThat(Typed.words("__complete", "--", "run", "--t").out())
                .isEqualTo("--tty\tAllocate a pseudo-TTY\n:none\n");
    }

    @Test
    void theFormatsOfExplainAreKnown() {
        assertThat(complete("run", "--explain=")).containsExactly("--explain=tree", "--explain=json", ":none");
    }

    @Test
    void aFlagsValueIsNotTheImage() {
        assertThat(complete("run", "--env-file", "")).containsExactly(":files");
        assertThat(complete("run", "--name", "")).containsExactly(":none");
        assertThat(complete("run", "-ite", "")).containsExactly(":none");
        assertThat(complete("run", "--name=x", "")).containsExactly("host", ":directories");
        assertThat(complete("run", "-it", "h")).containsExactly("host", ":directories");
    }

    @Test
    void behindTheImageStandAnyFiles() {
        assertThat(complete("run", "--rm", "host", "--h")).containsExactly(":files");
        assertThat(complete("run", "--", "-")).containsExactly(":files");
    }

    @Test
    void wordsThatMeanNothingHaveNoEnd() {
        assertThat(complete("nope", "")).containsExactly(":none");
        assertThat(complete("version", "")).containsExactly(":none");
    }

    private static List<String> complete(String... words) {
        return new CompleteCommand(Main.verbs())
                .complete(List.of(words)).stream()
                        .map(line -> line.replaceFirst("\t.*", ""))
                        .toList();
    }
}

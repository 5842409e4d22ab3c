package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every flag of {@code run} and {@code exec} that takes a value, as the help lists them: nonsense is one message, and makes nothing. */
class NonsenseTest {
    /** A word of the help, {@code --memory bytes}; a flag that takes no value has two spaces behind it. */
    private static final Pattern WITH_VALUE = Pattern.compile("^ .*(--[a-z-]+)[ \\[=]+[a-zA-Z]\\S*  +\\S.*");

    /** Words that mean something whatever they are, and may be empty. */
    private static final Set<String> ANY_WORD = Set.of("--env", "--cgroup-parent", "--domainname");

    private static final Set<String> NUMBERS = Set.of(
            "--blkio-weight",
            "--cpu-period",
            "--cpu-quota",
            "--cpu-shares",
            "--cpus",
            "--memory",
            "--memory-reservation",
            "--memory-swap",
            "--memory-swappiness",
            "--oom-score-adj",
            "--pids-limit",
            "--shm-size",
            "--stop-timeout");

    @TempDir
    static Path shared;

    private static final List<String> VERBS = List.of("run", "exec");

    static Stream<List<String>> flags() {
        BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));
        return VERBS.stream()
                .flatMap(verb -> boxwright
                        .run(verb, "--help")
                        .out()
                        .lines()
                        .map(WITH_VALUE::matcher)
                        .filter(matcher -> matcher.matches() && !ANY_WORD.contains(matcher.group(1)))
                        .map(matcher -> List.of(verb, matcher.group(1))));
    }

    @Test
    void theHelpIsReadAsItIsMeant() {
        List<List<String>> all = flags().toList();

        assertThat(all).hasSizeGreaterThan(45);
        assertThat(all).contains(List.of("run", "--memory"), List.of("exec", "--user"), List.of("run", "--explain"));
        assertThat(all.stream().map(List::getLast)).containsAll(NUMBERS).doesNotContain("--rm", "--tty", "--init");
    }

    @ParameterizedTest
    @MethodSource("flags")
    void nonsenseIsOneMessageAndNothingIsMade(List<String> flag) {
        for (String value : List.of("☃ non:sense=,/x", "-99999999999999999999999.5")) {
            refused(flag, value);
        }
    }

    static Stream<List<String>> numbers() {
        return flags().filter(flag -> NUMBERS.contains(flag.getLast()));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void aNumberThatIsEmptyIsNoLimitThatIsLeftOutInSilence(List<String> flag) {
        refused(flag, "");
    }

    private static void refused(List<String> flag, String value) {
        BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));
        List<String> words = new ArrayList<>(List.of(flag.getFirst(), flag.getLast() + "=" + value));
        words.addAll(flag.getFirst().equals("run") ? List.of("host", "true") : List.of("no-such-container", "true"));

        Outcome outcome = boxwright.run(words.toArray(String[]::new));

        assertThat(outcome.exitCode()).as(words + ": " + outcome.err()).isEqualTo(125);
        assertThat(outcome.err()).as("%s", words).startsWith("boxwright: ").doesNotContain("defect", "\tat ");
        assertThat(outcome.err().lines()).as("%s", words).hasSizeLessThan(3);
        assertThat(outcome.out()).isEmpty();
        assertThat(boxwright.leftovers()).isEmpty();
    }
}

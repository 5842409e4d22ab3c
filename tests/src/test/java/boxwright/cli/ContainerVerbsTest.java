package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code exec}, {@code ps}, {@code stop} and {@code kill}. */
class ContainerVerbsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            exec -w tmp c true          | invalid argument "tmp" for "-w, --workdir" flag: it needs to be an absolute path
            exec -e =x c true           | invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x
            exec -u a:b:c c true        | invalid argument "a:b:c" for "-u, --user" flag: it is a user, or a user and a group with a colon between them
            exec --explain=xml c true   | invalid argument "xml" for "--explain" flag: must be one of tree, json
            exec -dt c true             | --detach and --interactive, --tty or --explain exclude each other: who is detached has nobody to talk to
            exec -di c true             | --detach and --interactive, --tty or --explain exclude each other: who is detached has nobody to talk to
            exec --nope c true          | unknown flag: --nope
            exec -i                     | 'boxwright exec' requires at least 2 arguments
            exec c                      | 'boxwright exec' requires at least 2 arguments
            ps x                        | 'boxwright ps' accepts no arguments
            stop                        | 'boxwright stop' requires at least 1 argument
            stop -t x c                 | invalid argument "x" for "-t, --timeout" flag: it is no number of seconds
            stop -t -2 c                | invalid argument "-2" for "-t, --timeout" flag: it is no number of seconds
            stop -t 1.5 c               | invalid argument "1.5" for "-t, --timeout" flag: it is no number of seconds
            stop -s NOPE c              | invalid argument "NOPE" for "-s, --signal" flag: invalid signal: NOPE
            kill                        | 'boxwright kill' requires at least 1 argument
            kill -s 0 c                 | invalid argument "0" for "-s, --signal" flag: invalid signal: 0
            kill -s 65 c                | invalid argument "65" for "-s, --signal" flag: invalid signal: 65
            kill -s -9 c                | invalid argument "-9" for "-s, --signal" flag: invalid signal: -9
            run --stop-signal SIGX host | invalid argument "SIGX" for "--stop-signal" flag: invalid signal: SIGX
            run --stop-timeout x host   | invalid argument "x" for "--stop-timeout" flag: it is no number of seconds
            """)
    void wrongWordsAreRefused(String words, String message) {
        Typed typed = Typed.words(words.strip().split(" "));

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err())
                .startsWith("boxwright: " + message + "\n")
                .endsWith("See 'boxwright " + words.strip().split(" ")[0] + " --help'.\n");
    }

    @Test
    void aProgramWithoutANameIsRefused() {
        assertThat(Typed.words("exec", "c", "").err()).startsWith("boxwright: the name of the program is empty\n");
    }

    @ParameterizedTest
    @CsvSource({
        "TERM, 15",
        "SIGTERM, 15",
        "sigterm, 15",
        "15, 15",
        "9, 9",
        "KILL, 9",
        "HUP, 1",
        "SYS, 31",
        "IOT, 6",
        "CLD, 17",
        "POLL, 29",
        "RTMIN, 34",
        "RTMIN+3, 37",
        "SIGRTMIN+30, 64",
        "RTMAX, 64",
        "SIGRTMAX-14, 50",
        "64, 64"
    })
    void aSignalHasANameOrANumber(String word, int number) {
        assertThat(SignalWord.parse(word)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "65",
                "-1",
                "+9",
                "9x",
                "SIG",
                "SIGSIGTERM",
                "TERM ",
                "RTMIN+31",
                "RTMAX-31",
                "RTMIN-1",
                "RTMIN+",
                "99999999999",
                "٩",
                "SIG0"
            })
    void anotherWordIsNone(String word) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SignalWord.parse(word))
                .withMessage("invalid signal: " + word);
    }

    @Test
    void howTheContainerIsToBeStoppedIsPartOfTheRequest() {
        assertThat(Typed.words("run", "--stop-signal", "INT", "--stop-timeout", "-1", "host")
                        .request()
                        .container()
                        .stop())
                .isEqualTo(new boxwright.engine.StopRequest(2, -1));
        assertThat(Typed.words("run", "host").request().container().stop())
                .isEqualTo(new boxwright.engine.StopRequest(15, 10));
    }

    @ParameterizedTest
    @CsvSource({
        "0, Less than a second", "1, 1 second", "59, 59 seconds", "60, About a minute", "119, About a minute",
        "120, 2 minutes", "3599, 59 minutes", "3600, About an hour", "7200, 2 hours", "172799, 47 hours",
        "172800, 2 days", "1209600, 2 weeks", "5184000, 2 months"
    })
    void ageIsSaidAsDockerSaysIt(long seconds, String words) {
        assertThat(Age.words(seconds)).isEqualTo(words);
    }

    @Test
    void theVerbsAreListed() {
        assertThat(List.of("exec", "ps", "stop", "kill"))
                .allSatisfy(verb -> assertThat(Typed.words("--help").out()).contains("  " + verb + " "));
    }
}

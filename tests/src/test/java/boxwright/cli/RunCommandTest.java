package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docker run} does with the same words is what these tests ask of {@code boxwright run}. */
class RunCommandTest {

    @Test
    void everythingBehindTheImageBelongsToTheCommand() {
        RunOptions asked = Typed.words("run", "-i", "host", "ls", "--help", "-l", "--", "-e")
                .request();

        assertThat(asked.container().image()).isEqualTo("host");
        assertThat(asked.container().command()).containsExactly("ls", "--help", "-l", "--", "-e");
        assertThat(asked.container().environment()).isEmpty();
    }

    @Test
    void emptyAndStrangeArgumentsReachTheCommandUnchanged() {
        RunOptions asked = Typed.words("run", "host", "", "a  b", "@/etc/passwd", "${HOME}", "\"q\"", "\\")
                .request();

        assertThat(asked.container().command()).containsExactly("", "a  b", "@/etc/passwd", "${HOME}", "\"q\"", "\\");
    }

    @Test
    void withoutFlagsNothingIsSet() {
        RunOptions asked = Typed.words("run", "host").request();

        assertThat(asked.container().command()).isEmpty();
        assertThat(List.of(asked.interactive(), asked.terminal(), asked.remove(), asked.dryRun()))
                .containsOnly(false);
        assertThat(List.of(
                        asked.container().directory(),
                        asked.container().namespaces().hostname(),
                        asked.container().name()))
                .allMatch(o -> o.isEmpty());
        assertThat(asked.explain()).isEmpty();
    }

    @Test
    void shortFlagsBundle() {
        RunOptions asked = Typed.words("run", "-itw/tmp", "-he1", "host").request();

        assertThat(asked.interactive()).isTrue();
        assertThat(asked.terminal()).isTrue();
        assertThat(asked.container().directory()).contains("/tmp");
        assertThat(asked.container().namespaces().hostname()).contains("e1");
    }

    @Test
    void aValueStandsBehindASpaceOrAnEqualsSign() {
        assertThat(Typed.words("run", "--hostname=a", "host")
                        .request()
                        .container()
                        .namespaces()
                        .hostname())
                .contains("a");
        assertThat(Typed.words("run", "--hostname", "a", "host")
                        .request()
                        .container()
                        .namespaces()
                        .hostname())
                .contains("a");
        assertThat(Typed.words("run", "-h=a", "host")
                        .request()
                        .container()
                        .namespaces()
                        .hostname())
                .contains("a");
    }

    @Test
    void theLastOfARepeatedFlagCounts() {
        assertThat(Typed.words("run", "--name=aa", "--name=bb", "host")
                        .request()
                        .container()
                        .name())
                .contains("bb");
    }

    @Test
    void anEmptyValueIsNoValueAndDoesNotEatTheImage() {
        RunOptions asked =
                Typed.words("run", "--hostname=", "--name", "", "host", "sh").request();

        assertThat(asked.container().image()).isEqualTo("host");
        assertThat(asked.container().namespaces().hostname()).isEmpty();
        assertThat(asked.container().name()).isEmpty();
    }

    @Test
    void aSwitchCanBeTakenBack() {
        RunOptions asked =
                Typed.words("run", "--rm=false", "-i=0", "-t=true", "host").request();

        assertThat(asked.remove()).isFalse();
        assertThat(asked.interactive()).isFalse();
        assertThat(asked.terminal()).isTrue();
    }

    @Test
    void theWordBehindASwitchIsTheImageEvenIfItReadsTrue() {
        RunOptions asked = Typed.words("run", "--rm", "false", "x").request();

        assertThat(asked.remove()).isTrue();
        assertThat(asked.container().image()).isEqualTo("false");
    }

    @Test
    void explainTakesOnlyAnAttachedFormat() {
        assertThat(Typed.words("run", "--explain", "json", "x").request())
                .returns("json", asked -> asked.container().image())
                .returns(ExplainFormat.TREE, asked -> asked.explain().orElseThrow());
        assertThat(Typed.words("run", "--explain=json", "host").request().explain())
                .contains(ExplainFormat.JSON);
    }

    @Test
    void aDoubleDashEndsTheFlags() {
        RunOptions asked = Typed.words("run", "-i", "--", "--rm", "-x").request();

        assertThat(asked.container().image()).isEqualTo("--rm");
        assertThat(asked.container().command()).containsExactly("-x");
        assertThat(asked.remove()).isFalse();
    }

    @Test
    void variablesComeFromWordsAndFromOurOwnEnvironment() {
        RunOptions asked = Typed.in(
                        Map.of("HAVE", "ours"),
                        "run",
                        "-e",
                        "A=b=c",
                        "-eEMPTY=",
                        "--env",
                        "HAVE",
                        "--env=LACK",
                        "-e",
                        "Q=\"x\" ${A}",
                        "host")
                .request();

        assertThat(asked.container().environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of("A", "b=c", "EMPTY", "", "HAVE", "ours", "Q", "\"x\" ${A}"));
    }

    @Test
    void aValueMayLookLikeAFlag() {
        assertThat(Typed.words("run", "-e", "--rm=1", "host")
                        .request()
                        .container()
                        .environment())
                .containsEntry("--rm", "1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --nope host           | unknown flag: --nope
            --hostnam=x host      | unknown flag: --hostnam
            --hostn x host        | unknown flag: --hostn
            -itZ host             | unknown shorthand flag: 'Z' in -Z
            -rm host              | unknown shorthand flag: 'r' in -rm
            -1 host               | unknown shorthand flag: '1' in -1
            -i --no-rm host       | unknown flag: --no-rm
            --hostname            | flag needs an argument: -h, --hostname
            -e                    | flag needs an argument: -e, --env
            --rm=maybe host       | invalid argument "maybe" for "--rm" flag: neither true nor false
            --explain=xml host    | invalid argument "xml" for "--explain" flag: must be one of tree, json
            -w tmp host           | invalid argument "tmp" for "-w, --workdir" flag: it needs to be an absolute path
            -e =x host            | invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x
            --name -x host        | invalid argument "-x" for "--name" flag: only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and at least two of them
            -h a!b host           | invalid argument "a!b" for "-h, --hostname" flag: '!' is not allowed in a host name
            """)
    void wrongWordsAreRefusedBeforeAnythingIsMade(String words, String message) {
        Typed typed = Typed.words(("run " + words.strip()).split(" "));

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.asked()).isEmpty();
        assertThat(typed.out()).isEmpty();
        assertThat(typed.err()).startsWith("boxwright: " + message + "\n").endsWith("See 'boxwright run --help'.\n");
    }

    @Test
    void aMisspeltFlagIsGuessed() {
        assertThat(Typed.words("run", "--hotsname=x", "host").err()).contains("Did you mean '--hostname'?");
        assertThat(Typed.words("run", "--zzzzzzzz", "host").err()).doesNotContain("Did you mean");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "run --rm", "run -e A=b --"})
    void withoutAnImageItSaysHowItIsUsed(String words) {
        Typed typed = Typed.words(words.split(" "));

        assertThat(typed.exitCode()).isEqualTo(125);
        assertThat(typed.err())
                .startsWith("boxwright: 'boxwright run' requires at least 1 argument\n")
                .contains("Usage:  boxwright run [OPTIONS] IMAGE|ROOTFS-DIR [COMMAND] [ARG...]");
    }

    @Test
    void anEmptyImageNameIsRefused() {
        assertThat(Typed.words("run", "", "sh").err()).startsWith("boxwright: invalid image name \"\"");
    }

    @Test
    void theExitCodeIsWhatTheWorkReturns() {
        assertThat(Typed.doing((_, _) -> 42, Map.of(), "run", "host").exitCode())
                .isEqualTo(42);
    }
}

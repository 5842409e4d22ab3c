package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.LimitRequest;
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
            -m 64q host           | invalid argument "64q" for "-m, --memory" flag: invalid size: '64q'
            -m -1 host            | invalid argument "-1" for "-m, --memory" flag: invalid size: '-1'
            --memory-swap x host  | invalid argument "x" for "--memory-swap" flag: invalid size: 'x'
            --cpus a host         | invalid argument "a" for "--cpus" flag: failed to parse a as a rational number
            --cpus 1.0000000001 h | invalid argument "1.0000000001" for "--cpus" flag: value is too precise
            --pids-limit 1.5 host | invalid argument "1.5" for "--pids-limit" flag: not a whole number
            --cgroupns x host     | invalid argument "x" for "--cgroupns" flag: must be one of private, host
            --device dev host     | invalid argument "dev" for "--device" flag: 'dev' is not an absolute path
            --device /a:/b:x host | invalid argument "/a:/b:x" for "--device" flag: bad mode specified: x
            --device /a:/b:r:m h  | invalid argument "/a:/b:r:m" for "--device" flag: bad format for path: /a:/b:r:m
            --device-cgroup-rule=c host | invalid argument "c" for "--device-cgroup-rule" flag: invalid device cgroup format 'c'
            --ulimit x=1 host     | invalid argument "x=1" for "--ulimit" flag: invalid ulimit type: x
            --ulimit core=2:1 h   | invalid argument "core=2:1" for "--ulimit" flag: ulimit soft limit must be less than or equal to hard limit: 2 > 1
            --ulimit core=x host  | invalid argument "core=x" for "--ulimit" flag: 'x' is no limit: a number, or -1 for none
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

    @ParameterizedTest
    @CsvSource({
        "64m, 67108864",
        "64M, 67108864",
        "64mb, 67108864",
        "64MiB, 67108864",
        "1.5g, 1610612736",
        "8388608, 8388608",
        "10000k, 10240000",
        "9 MB, 9437184"
    })
    void aSizeHasUnitsOf1024(String text, long bytes) {
        assertThat(Typed.words("run", "-m", text, "host")
                        .request()
                        .container()
                        .limits()
                        .memory()
                        .limit())
                .hasValue(bytes);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000000000", "1.5, 1500000000", ".25, 250000000", "2., 2000000000", "0.000000001, 1"})
    void cpusAreADecimalNumber(String text, long billionths) {
        assertThat(Typed.words("run", "--cpus", text, "host")
                        .request()
                        .container()
                        .limits()
                        .processors()
                        .billionths())
                .hasValue(billionths);
    }

    @Test
    void aLimitOfNothingIsNoLimit() {
        LimitRequest limits = Typed.words(
                        "run",
                        "-m=0",
                        "--pids-limit=0",
                        "--cpus=0",
                        "-c=0",
                        "--cpu-quota=0",
                        "--cpu-period=0",
                        "--blkio-weight=0",
                        "--memory-swappiness=-1",
                        "--shm-size=0",
                        "host")
                .request()
                .container()
                .limits();

        assertThat(limits).isEqualTo(LimitRequest.none());
        assertThat(Typed.words("run", "--pids-limit=-1", "host")
                        .request()
                        .container()
                        .limits())
                .isEqualTo(LimitRequest.none());
    }

    @Test
    void theLastOfSeveralUlimitsOfAKindCounts() {
        assertThat(Typed.words("run", "--ulimit", "core=1", "--ulimit", "nofile=5:-1", "--ulimit", "core=2", "host")
                        .request()
                        .container()
                        .limits()
                        .ulimits())
                .extracting(Object::toString)
                .containsExactly("nofile=5:-1", "core=2:2");
    }

    @Test
    void theExitCodeIsWhatTheWorkReturns() {
        assertThat(Typed.doing((_, _) -> 42, Map.of(), "run", "host").exitCode())
                .isEqualTo(42);
    }
}

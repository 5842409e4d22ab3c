package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What config.md demands of the process, and of the document itself. */
class ProcessMustTest {
    @TempDir
    Path directory;

    private Box box() {
        return new Box(directory);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.0", "one", "v1.0.2", ""})
    @Must("version-semver")
    void aVersionThatIsNoneIsRefused(String version) throws Exception {
        box().with("ociVersion", "\"" + version + "\"").isRefused("ociVersion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0.2-dev", "1.2.1+build.5", "1.99.0"})
    @Must("version-semver")
    void aVersionOfOurSeriesIsUnderstood(String version) throws Exception {
        try (Box box = box().with("ociVersion", "\"" + version + "\"")) {
            assertThat(box.prints("echo ran")).isEqualTo("ran");
        }
    }

    @Test
    @Must("console-size")
    void theSizeOfNoTerminalIsIgnored() throws Exception {
        try (Box box = box().with("process.consoleSize", "{\"height\": 25, \"width\": 80}")) {
            assertThat(box.prints("echo ran")).isEqualTo("ran");
        }
    }

    @Test
    @Must("cwd-absolute")
    void theWorkingDirectoryIsAnAbsolutePath() throws Exception {
        box().with("process.cwd", "\"bin\"").isRefused("cwd", "absolute");
        try (Box box = box().with("process.cwd", "\"/bin\"")) {
            assertThat(box.prints("pwd")).isEqualTo("/bin");
        }
    }

    @Test
    @Must("args-one")
    void thereIsAProgram() throws Exception {
        box().with("process.args", "[]").isRefused("args");
    }

    @Test
    @Must({"rlimit-unknown", "invalid-refused"})
    void aLimitThatTheKernelDoesNotHaveIsRefused() throws Exception {
        box().with("process.rlimits", "[{\"type\": \"RLIMIT_FUN\", \"soft\": 1, \"hard\": 1}]")
                .isRefused("RLIMIT_FUN");
    }

    @Test
    @Must("rlimit-twice")
    void theSameLimitTwiceIsRefused() throws Exception {
        String limit = "{\"type\": \"RLIMIT_NOFILE\", \"soft\": 10, \"hard\": 20}";
        box().with("process.rlimits", "[" + limit + ", " + limit + "]").isRefused("RLIMIT_NOFILE", "twice");
    }

    @Test
    @Must("rlimit-applied")
    void theLimitsAreTheProcesss() throws Exception {
        try (Box box = box().with("process.rlimits", """
                [{"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}, {"type": "RLIMIT_CORE", "soft": 0, "hard": 4096}]
                """)) {
            assertThat(box.prints("grep -E 'open files|core file' /proc/self/limits")
                            .replaceAll(" +", " "))
                    .contains("Max open files 100 200", "Max core file size 0 4096");
        }
    }

    @Test
    @Must({"oom-score-set", "oom-score-unset"})
    void theScoreIsSetWhereItIsThereAndStaysWhereNot() throws Exception {
        try (Box box = box().with("process.oomScoreAdj", "321")) {
            assertThat(box.prints("cat /proc/self/oom_score_adj")).isEqualTo("321");
        }
        try (Box box = box()) {
            assertThat(box.prints("cat /proc/self/oom_score_adj"))
                    .isEqualTo(Files.readString(Path.of("/proc/self/oom_score_adj"))
                            .strip());
        }
    }

    @Test
    @Must("annotations-strings")
    void anAnnotationIsAString() throws Exception {
        box().with("annotations", "{\"com.example.key\": 1}").isRefused("annotations");
        box().with("annotations", "[\"com.example.key\"]").isRefused("annotations");
    }

    @Test
    @Must("annotations-key")
    void anAnnotationHasAName() throws Exception {
        box().with("annotations", "{\"\": \"value\"}").isRefused("annotations");
    }

    @Test
    @Must({"annotations-unknown", "unknown-ignored"})
    void whatNobodyKnowsIsIgnored() throws Exception {
        try (Box box = box().with("annotations", "{\"org.example.nobody.knows\": \"\"}")
                .with("fun", "{\"x\": [1, null]}")
                .with("process.fun", "7")
                .with("linux.resources", "{\"fun\": true}")) {
            Finished outcome = box.run("echo ran");

            assertThat(outcome.out()).isEqualTo("ran\n");
            assertThat(outcome.err()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            linux.rootfsPropagation     | "fun"
            linux.personality           | {"domain": "LINUX64"}
            process.oomScoreAdj         | 1001
            process.scheduler           | {"policy": "SCHED_FUN"}
            process.ioPriority          | {"class": "IOPRIO_CLASS_BE", "priority": 9}
            linux.timeOffsets           | {"realtime": {"secs": 1}}
            linux.sysctl                | {"kernel.panic": "1"}
            process.user.uid            | -1
            linux.devices               | [{"path": "/dev/x", "type": "z", "major": 1, "minor": 1}]
            process.execCPUAffinity     | {"initial": "all"}
            """)
    @Must("invalid-refused")
    void whatIsNoValueIsRefused(String member, String json) throws Exception {
        String last = member.substring(member.lastIndexOf('.') + 1);
        box().with(member, json)
                .isRefused(last.equals("devices") ? "type" : last.equals("execCPUAffinity") ? "no list" : last);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 3",
        "'\"initial\": \"0\"', 3",
        "'\"final\": \"1\"', 2",
        "'\"initial\": \"0\", \"final\": \"0-1\"', 3"
    })
    void aFurtherProgramRunsOnTheProcessorsThatItShould(String members, String mask) throws Exception {
        Assumptions.assumeTrue(
                Runtime.getRuntime().availableProcessors() == 2, "needs two processors, as its masks are written");
        try (Box box =
                box().with("process.execCPUAffinity", "{" + members + "}").started("sleep 100")) {
            assertThat(box.runtime
                            .run("exec", box.id, "grep", "Cpus_allowed:", "/proc/self/status")
                            .text())
                    .endsWith("\t" + mask);
        }
    }
}

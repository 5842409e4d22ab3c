package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bundle that is none, or a strange one: one clear line on stderr, the same in the log, and no half-made container. */
class BundleTest {
    @TempDir
    Path directory;

    private final String id = "bundle-" + ProcessHandle.current().pid();
    private OciRuntime runtime = OciRuntime.ours(Path.of("/nonexistent"));

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsRoot();
        runtime = OciRuntime.ours(directory.resolve("state"));
        OciRuntime.bundle(directory, "exit 0");
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertThat(Leftovers.of(directory, id)).isEmpty();
    }

    private void config(String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
    }

    private Finished run() {
        return runtime.run("run", "--bundle", directory.toString(), id);
    }

    private void isRefused(String... parts) throws IOException {
        Path log = directory.resolve("log");
        Finished outcome =
                runtime.run("--log", log.toString(), "--log-format", "json", "run", "-b", directory.toString(), id);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains(parts)
                .doesNotContain("\tat ", "Exception")
                .hasLineCount(1);
        List<String> lines = Files.readAllLines(log);
        assertThat(lines.getLast())
                .startsWith("{")
                .contains("\"level\":\"error\"")
                .contains("\"msg\":\"");
        Files.delete(log);
    }

    @Test
    void theLogIsWrittenAsTextToo() throws IOException {
        config("{\"ociVersion\": \"a\\nb\"}");
        Path log = directory.resolve("log");
        Finished outcome =
                runtime.run("--log", log.toString(), "--log-format", "text", "run", "-b", directory.toString(), id);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(Files.readAllLines(log).getLast())
                .matches("time=\"[-0-9]+T[:0-9]+Z\" level=error msg=\"config.json: ociVersion: .*a\\\\nb.*\"");
        Files.delete(log);
    }

    @Test
    void aRootFileSystemThatIsASymbolicLinkAsWithRunc() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("rootfs"));
        config(OciRuntime.config("exit 4").replace("\"rootfs\"", "\"link\""));
        Finished runc = OciRuntime.runc(directory.resolve("runc")).run("run", "-b", directory.toString(), id);

        assertThat(runc.err()).contains("symlink");
        assertThat(run()).returns(runc.exitCode(), Finished::exitCode);
        isRefused("is a symbolic link", "name " + directory.resolve("rootfs").toRealPath());
    }

    @Test
    void aBundleThatIsASymbolicLinkIsNone() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        config(OciRuntime.config("exit 4"));

        for (OciRuntime any : List.of(OciRuntime.runc(directory.resolve("runc")), runtime)) {
            assertThat(any.run("run", "-b", link.toString(), id).exitCode()).isEqualTo(4);
        }
    }

    @Test
    void whatIsNoTextIsRefusedInOneLine() throws IOException {
        Files.write(directory.resolve("config.json"), new byte[] {'{', (byte) 0xff, '}'});

        isRefused("is no text in UTF-8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            \\n\\t\\u001b[31m       | \\n\\t\\u001b[31m
            xxx…               | […]
            😀😀😀…            | […]
            x😀😀😀…           | […]
            """)
    void whatIsQuotedIsShownAndNotObeyed(String quoted, String shown) throws IOException {
        config(OciRuntime.config("exit 0").replace("\"uts\"", "\"" + lengthened(quoted) + "\""));

        isRefused("there is no namespace of type", shown);
        assertThat(run().err()).hasSizeLessThan(2000);
    }

    /** Its last character a hundred thousand times, where it ends in three dots. */
    private static String lengthened(String text) {
        String start = text.substring(0, text.length() - 1);
        return text.endsWith("…")
                ? start
                        + Character.toString(start.codePointBefore(start.length()))
                                .repeat(100_000)
                : text;
    }

    @Test
    void withoutAConfiguration() throws IOException {
        Files.delete(directory.resolve("config.json"));

        isRefused("no config.json in the bundle");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                        | config.json
            []                                       | config.json
            nonsense                                 | config.json
            {"hostname": "\\ud800"}                  | no valid JSON
            {"ociVersion": 1}                        | ociVersion
            {"ociVersion": "2.0.0", "root": {"path": "rootfs"}} | 2.0.0
            {"ociVersion": "1.0.2"}                  | root
            {"ociVersion": "1.0.2", "root": "rootfs"} | root
            {"ociVersion": "1.0.2", "root": {"path": "missing"}, "process": {"cwd": "/", "args": ["true"]}} | missing
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "here", "args": ["true"]}} | cwd
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": []}} | args
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"], "rlimits": [{"type": "RLIMIT_FUN", "hard": 1, "soft": 1}]}, "linux": {"namespaces": [{"type": "mount"}]}} | RLIMIT_FUN
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "mounts": [{"destination": "data", "type": "tmpfs", "source": "x", "options": ["nonsense=1"]}], "linux": {"namespaces": [{"type": "mount"}]}} | nonsense
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "fun"}]}} | fun
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}, {"type": "mount"}]}} | mount
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}], "intelRdt": {"closID": "x"}}} | intelRdt
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}, {"type": "time"}], "timeOffsets": {"boottime": {"secs": 4611686018}}}} | linux.timeOffsets.boottime
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}, {"type": "time"}], "timeOffsets": {"boottime": {"secs": -9223372036854775808}}}} | linux.timeOffsets.boottime
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}, {"type": "time"}], "timeOffsets": {"boottime": {"nanosecs": 4000000000}}}} | nanoseconds
            {"ociVersion": "1.0.2", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["true"]}, "linux": {"namespaces": [{"type": "mount"}], "resources": {"hugepageLimits": [{"pageSize": "2MB/../x", "limit": 1}]}}} | 2MB/../x
            """)
    void thatSaysWhatCannotBe(String json, String named) throws IOException {
        config(json);

        isRefused(named);
    }

    @Test
    void fieldsThatNobodyKnowsAreIgnored() throws IOException {
        config(OciRuntime.config("exit 4").replaceFirst("\\{", "{\"fun\": {\"x\": [1]}, "));

        assertThat(run().exitCode()).isEqualTo(4);
    }

    @Test
    void aVersionOfTheFutureThatIsTheSameInTheFirstNumber() throws IOException {
        config(OciRuntime.config("exit 4").replace("1.0.2", "1.99.0"));

        assertThat(run().exitCode()).isEqualTo(4);
    }

    @Test
    void aMountThatWouldEscapeStaysInTheRootfs() throws IOException {
        Path victim = Files.createDirectory(directory.resolve("victim"));
        Files.createSymbolicLink(directory.resolve("rootfs/way"), victim);
        config(
                OciRuntime.config("mount | grep -c planted")
                        .replace(
                                "\"mounts\": [",
                                "\"mounts\": [{\"destination\": \"/../way/../..\" , \"type\": \"tmpfs\", \"source\": \"planted\"},"));
        Finished outcome = run();

        assertThat(victim).isEmptyDirectory();
        assertThat(outcome.err()).doesNotContain("\tat ");
    }

    @Test
    void theLongestTimeoutIsNoTimeoutAtAll() throws IOException {
        config(
                OciRuntime.config("exit 4")
                        .replaceFirst(
                                "\"mounts\"",
                                "\"hooks\": {\"createRuntime\": [{\"path\": \"/bin/sleep\", \"args\": [\"sleep\", \"0.2\"], \"timeout\": 9223372036854775807}]}, \"mounts\""));

        assertThat(run()).returns(4, Finished::exitCode);
    }

    @Test
    void aHookThatHangsIsEndedAndFailsTheCreation() throws IOException {
        config(
                OciRuntime.config("exit 0")
                        .replaceFirst(
                                "\"mounts\"",
                                "\"hooks\": {\"createRuntime\": [{\"path\": \"/bin/sleep\", \"args\": [\"sleep\", \"100\"], \"timeout\": 1}]}, \"mounts\""));
        Instant start = Instant.now();

        isRefused("/bin/sleep");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
    }
}

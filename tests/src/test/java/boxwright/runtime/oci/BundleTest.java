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
import java.util.stream.Stream;
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
        if (Files.isDirectory(directory.resolve("state"))) {
            try (Stream<Path> left = Files.list(directory.resolve("state"))) {
                assertThat(left).isEmpty();
            }
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
        try (Stream<Path> hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
            assertThat(hierarchies.map(hierarchy -> hierarchy.resolve(id))).noneMatch(Files::exists);
        }
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
    void withoutAConfiguration() throws IOException {
        Files.delete(directory.resolve("config.json"));

        isRefused("no config.json in the bundle");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {                                        | config.json
            []                                       | config.json
            nonsense                                 | config.json
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

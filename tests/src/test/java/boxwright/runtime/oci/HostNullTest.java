package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The host's {@code /dev/null}, to which a container has two ways: its standard descriptors, and what its masked files show.
 * By neither its mode or its owner can be changed, which are the whole machine's.
 */
class HostNullTest {
    private static final int USER = 54_321;

    @TempDir
    Path directory;

    private OciRuntime ours = OciRuntime.ours(Path.of("/nonexistent"));
    private final String id = "null-" + ProcessHandle.current().pid();

    @BeforeEach
    void runtime() {
        Machine.needsRoot();
        ours = OciRuntime.ours(directory.resolve("state"));
    }

    @AfterEach
    void nothingIsLeft() {
        ours.run("delete", "--force", id);
        assertThat(ours.status(id)).isEqualTo("none");
    }

    private void bundle(String program, String masked) throws IOException {
        OciRuntime.bundle(directory, program);
        Files.writeString(
                directory.resolve("config.json"),
                OciRuntime.config(program).replace("\"linux\": {", "\"linux\": {\"maskedPaths\": [" + masked + "],"));
    }

    private Finished run() {
        return ours.run("run", "--bundle", directory.toString(), id);
    }

    @Test
    void itsOwnerStaysWhenItIsAUsersStandardInput() throws IOException {
        bundle("cat", "");
        Path config = directory.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"uid\": 0", "\"uid\": " + USER));

        assertThat(run().exitCode()).isZero();
        assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:uid")).isNotEqualTo(USER);
    }

    @Test
    void itsOwnerStaysWhenAUserIsExecutedWithIt() throws IOException {
        bundle("sleep 60", "");
        ours.run("run", "--detach", "--bundle", directory.toString(), id).text();

        Finished outcome = ours.run("exec", "--user", USER + ":" + USER, id, "cat");

        assertThat(outcome.exitCode()).isZero();
        assertThat(Files.getAttribute(Path.of("/dev/null"), "unix:uid")).isNotEqualTo(USER);
    }

    @Test
    void aFileThatIsStandardOutputIsTheUsers() throws IOException {
        bundle("sleep 60", "");
        ours.run("run", "--detach", "--bundle", directory.toString(), id).text();

        Finished outcome =
                ours.run("exec", "--user", USER + ":" + USER, id, "sh", "-c", "echo opened again >/proc/self/fd/1");

        assertThat(outcome.out()).as(outcome.err()).isEqualTo("opened again\n");
    }

    /** The mode that it has anyway: where this is not refused, no harm is done. */
    @Test
    void itCannotBeChangedThroughAMaskedFile() throws IOException {
        bundle("echo written >/proc/keys; cat /proc/keys; busybox chmod 666 /proc/keys", "\"/proc/keys\"");

        Finished outcome = run();

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).isEqualTo("chmod: /proc/keys: Read-only file system\n");
    }

    @Test
    void whatAMaskedLinkLeadsToIsMaskedByItsOtherNameToo() throws IOException {
        bundle("cat /link /secret", "\"/link\"");
        Files.writeString(directory.resolve("rootfs/secret"), "seen\n");
        Files.createSymbolicLink(directory.resolve("rootfs/link"), Path.of("secret"));

        Finished outcome = run();

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEmpty();
    }
}

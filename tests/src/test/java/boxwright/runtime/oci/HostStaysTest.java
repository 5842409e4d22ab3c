package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bundle asks for is done in the container, and the host stays as it was. */
class HostStaysTest {
    private static final String CONFIG = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs"},
             "process": {"args": ["sh", "-c", "PROGRAM"], "cwd": "/", "env": ["PATH=/bin"]},
             "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}MORE}}
            """;

    @TempDir
    Path directory;

    private final String id = "host-" + ProcessHandle.current().pid();

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsRoot();
        OciRuntime.bundle(directory, "");
    }

    private OciRuntime runtime() {
        return OciRuntime.ours(directory.resolve("state"));
    }

    private Finished run(String program, String more) throws IOException {
        config(program, more);
        return runtime().run("run", "--bundle", directory.toString(), id);
    }

    private void config(String program, String more) throws IOException {
        Files.writeString(
                directory.resolve("config.json"),
                CONFIG.replace("PROGRAM", program).replace("MORE", more));
    }

    /** Root of a user namespace makes no device and gets the host's: to use, not to own. */
    @Test
    void aDeviceOfTheHostKeepsItsOwner() throws IOException {
        Path theirs = Files.createFile(directory.resolve("theirs"));
        Finished outcome = run(
                "test -e " + theirs + " && exit 4",
                ", {\"type\": \"user\"}], \"uidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1000}],"
                        + " \"gidMappings\": [{\"containerID\": 0, \"hostID\": 0, \"size\": 1000}],"
                        + " \"devices\": [{\"path\": \"" + theirs
                        + "\", \"type\": \"c\", \"major\": 1, \"minor\": 3, \"uid\": 5}]");

        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(4);
        assertThat(Files.getAttribute(theirs, "unix:uid")).isEqualTo(0);
    }

    /** It lies in the image, where there is no other /dev; the second time it is there already. */
    @Test
    void aDeviceThatIsThereIsTheContainersAndNotTheHosts() throws IOException {
        String device =
                "], \"devices\": [{\"path\": \"/dev/no-such-on-the-host\", \"type\": \"c\", \"major\": 1, \"minor\": 3, \"uid\": 5}]";
        for (int time = 0; time < 2; time++) {
            Finished outcome = run("test -c /dev/no-such-on-the-host && exit 4", device);
            assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(4);
        }
        assertThat(Files.getAttribute(directory.resolve("rootfs/dev/no-such-on-the-host"), "unix:uid"))
                .isEqualTo(5);
    }
}

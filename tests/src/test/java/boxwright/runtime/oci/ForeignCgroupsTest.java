package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cgroups that were there before the container: an engine's, or somebody else's. */
class ForeignCgroupsTest {
    private static final Path PIDS = Path.of("/sys/fs/cgroup/pids");

    private final String name = "boxwright-foreign-" + ProcessHandle.current().pid();
    private final Path parent = PIDS.resolve(name);
    private final Path group = parent.resolve("box");

    @TempDir
    Path directory;

    @BeforeEach
    void aGroupThatIsThere() throws IOException {
        Machine.needsRoot();
        assumeTrue(Files.exists(PIDS.resolve("cgroup.procs")), "needs the controller pids in a hierarchy of version 1");
        Machine.busyboxRoot(Files.createDirectories(directory.resolve("rootfs")));
        Files.writeString(directory.resolve("config.json"), """
                {"ociVersion": "1.2.0", "root": {"path": "rootfs"},
                 "process": {"args": ["sleep", "1000"], "cwd": "/", "env": ["PATH=/bin"]},
                 "linux": {"cgroupsPath": "/NAME/box", "namespaces": [{"type": "pid"}, {"type": "mount"}]}}
                """.replace("NAME", name));
        Files.createDirectories(group);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (Files.isDirectory(directory.resolve("state"))) {
            runtime("delete", "--force", "box");
        }
        List<Path> mine = new ArrayList<>();
        try (var hierarchies = Files.newDirectoryStream(Path.of("/sys/fs/cgroup"))) {
            for (Path hierarchy : hierarchies) {
                mine.add(hierarchy.resolve(name));
            }
        }
        for (Path left : mine) {
            Files.deleteIfExists(left.resolve("box"));
            Files.deleteIfExists(left);
        }
    }

    private Finished runtime(String... words) {
        return OciRuntime.ours(directory.resolve("state")).run(words);
    }

    private Finished create() {
        return runtime("create", "--bundle", directory.toString(), "box");
    }

    @Test
    void deleteRemovesTheGroupsThatCreateMadeAndNoOthers() {
        assertThat(create().exitCode()).isZero();
        assertThat(runtime("start", "box").exitCode()).isZero();
        Path made = Path.of("/sys/fs/cgroup/freezer", name, "box");
        assumeTrue(Files.isDirectory(made), "needs the controller freezer in a hierarchy of version 1");
        assertThat(runtime("delete", "--force", "box").exitCode()).isZero();
        assertThat(group).isDirectory();
        assertThat(made).doesNotExist();
    }

    @Test
    void aGroupWithSomebodyElsesProcessIsRefusedAndTheProcessLives() throws IOException {
        try (Stranger other = new Stranger(group).comesIn()) {
            Finished refused = create();
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.err()).contains("is not empty");
            assertThat(other.lives()).isTrue();
        }
    }

    @Test
    void aProcessThatCameIntoAnOldGroupLaterIsNotEndedByDelete() throws IOException {
        try (Stranger other = new Stranger(group)) {
            assertThat(create().exitCode()).isZero();
            other.comesIn();
            assertThat(runtime("kill", "--all", "box", "KILL").exitCode()).isZero();
            assertThat(runtime("delete", "--force", "box").exitCode()).isZero();
            assertThat(other.lives()).isTrue();
            assertThat(group).isDirectory();
        }
    }
}

package boxwright.run;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code boxwright} is killed, a few hundred times, at random instants; then somebody counts what is left. */
class KillTest {
    private static final int TIMES = 300;

    /**
     * Kills come within that many times what a container of {@code true} takes from first to last: long enough to fall
     * before, into and after the set-up. The program lasts longer.
     */
    private static final int TIMES_A_RUN = 3;

    /** A cgroup that only the containers of this test are in. */
    private static final String CGROUPS =
            "boxwright-kill-" + ProcessHandle.current().pid();

    @TempDir
    static Path shared;

    private final BoxwrightCommand boxwright = new BoxwrightCommand(shared.resolve("home"));

    @BeforeEach
    void root() {
        BoxwrightCommand.needsRoot();
    }

    @Test
    void killedAtAnyInstantItLeavesNothing() throws Exception {
        // The image and the caches are there before, so that the kills meet containers.
        assertThat(boxwright.run("run", "host", "true").exitCode()).isZero();
        long latest = TIMES_A_RUN
                * Machine.quickest(
                        () -> assertThat(boxwright.run("run", "host", "true").exitCode())
                                .isZero());
        // A word that only the processes of this test have, to find them by.
        String mark = "sleep 3." + ProcessHandle.current().pid();
        Random random = new Random(20261123);
        int withDirectory = 0;
        int withProgram = 0;
        for (int i = 0; i < TIMES; i++) {
            Process process = boxwright
                    .builder(
                            "run",
                            "--name",
                            "kill-" + i,
                            "--cgroup-parent",
                            CGROUPS,
                            "host",
                            "sh",
                            "-c",
                            "echo x > /file; " + mark)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            Thread.sleep(random.nextLong(latest));
            withDirectory += boxwright.leftovers().isEmpty() ? 0 : 1;
            withProgram += Machine.commandLinesWith(mark).isEmpty() ? 0 : 1;
            process.destroyForcibly().waitFor();
        }

        Machine.eventuallyNone("traces of it", () -> remains(mark));
        for (Hierarchy hierarchy : Hierarchies.here().all()) {
            Files.deleteIfExists(hierarchy.point().resolve(CGROUPS));
        }
        // The kills did hit what they were meant to hit.
        System.out.printf(
                "KillTest: %d kills, %d of them met a container's directory, %d its program%n",
                TIMES, withDirectory, withProgram);
        assertThat(withProgram).isBetween(TIMES / 10, TIMES - TIMES / 10);
    }

    /** Processes of these containers and their monitors, directories, names, mounts, and cgroups. */
    private List<String> remains(String mark) throws IOException {
        String mounts = Files.readString(Path.of("/proc/self/mounts"));
        return Stream.of(
                        boxwright.leftovers().stream(),
                        Machine.commandLinesWith(mark).stream(),
                        mounts.lines().filter(line -> line.contains(shared.toString())),
                        cgroups())
                .flatMap(all -> all)
                .toList();
    }

    /** What is in the parent of their groups; it stays where two commands that made it at once have overlapped. */
    private static Stream<String> cgroups() throws IOException {
        List<String> found = new ArrayList<>();
        for (Hierarchy hierarchy : Hierarchies.here().all()) {
            Path parent = hierarchy.point().resolve(CGROUPS);
            if (Files.isDirectory(parent)) {
                try (Stream<Path> entries = Files.list(parent)) {
                    entries.filter(Files::isDirectory).map(Path::toString).forEach(found::add);
                }
            }
        }
        return found.stream();
    }
}

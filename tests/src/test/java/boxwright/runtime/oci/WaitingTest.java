package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Between create and start waits the launcher, and after start nothing of ours is there but the container. */
class WaitingTest {
    private static final int MOST_KIB = 100;

    @TempDir
    Path directory;

    @Test
    void aWaitingContainerIsTheLauncherAlone() throws Exception {
        try (Box box = new Box(directory).script("exec sleep 1000")) {
            assertThat(box.create().text()).isEmpty();

            int pid = box.pid();
            assertThat(privateKib(pid)).isPositive().isLessThan(MOST_KIB);
            assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString())
                    .contains("memfd:boxwright")
                    .doesNotContain("java");
            assertThat(processesAbout(box)).containsExactly(pid);
        }
    }

    @Test
    void aRunningContainerHasNothingOfOursBesideIt() throws Exception {
        try (Box box = new Box(directory).started("exec sleep 1000")) {
            int pid = box.pid();
            Machine.eventually(
                    "it is the program",
                    () -> Files.readString(Path.of("/proc/" + pid + "/comm")).equals("sleep\n"));

            assertThat(processesAbout(box)).isEmpty();
            assertThat(Machine.children(pid)).isEmpty();
        }
    }

    /** Private_* in proc_pid_smaps(5): what would be free if the process ended. */
    private static long privateKib(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Private_"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }
    }

    /** Whose command line names the container, or its state. */
    private static List<Integer> processesAbout(Box box) {
        return Machine.commandLines().entrySet().stream()
                .filter(process -> process.getValue().contains(box.id)
                        || process.getValue().contains(box.runtime.root().toString()))
                .map(Map.Entry::getKey)
                .toList();
    }
}

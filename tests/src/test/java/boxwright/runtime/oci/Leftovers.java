package boxwright.runtime.oci;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What containers can leave on a machine: their state, mounts, cgroups, processes. */
final class Leftovers {
    private Leftovers() {}

    /**
     * Looks for them.
     *
     * @param directory has the bundle, and the state below {@code state}
     * @param prefix of the containers' ids
     */
    static List<String> of(Path directory, String prefix) throws IOException {
        List<String> left = new ArrayList<>();
        Path state = directory.resolve("state");
        if (Files.isDirectory(state)) {
            try (Stream<Path> entries = Files.list(state)) {
                entries.map(entry -> "state: " + entry.getFileName()).forEach(left::add);
            }
        }
        for (String mount : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            if (mount.contains(directory.toString())) {
                left.add("mount: " + mount);
            }
        }
        try (Stream<Path> groups = Files.find(
                Path.of("/sys/fs/cgroup"),
                3,
                (path, _) -> path.getFileName().toString().startsWith(prefix))) {
            groups.map(group -> "cgroup: " + group).forEach(left::add);
        }
        Machine.commandLines().forEach((pid, line) -> {
            if (line.contains(prefix)) {
                left.add("process: " + pid + " " + line);
            }
        });
        return left;
    }
}

package boxwright.isolation.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel did where a group needed more memory than it may have. It looks for memory to take back, and when there
 * is none it kills a process of the group.
 *
 * @param group a group with {@link Controller#MEMORY}
 */
public record OutOfMemory(Group group) {
    private static final String KILLS = "oom_kill ";

    /** How many processes were killed so far; 0 where that cannot be told. */
    public long kills() {
        boolean second = group.hierarchy().version() == 2;
        Path file = group.directory().resolve(second ? "memory.events" : "memory.oom_control");
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                if (line.startsWith(KILLS)) {
                    return Long.parseLong(line.substring(KILLS.length()).strip());
                }
            }
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
        return 0;
    }
}

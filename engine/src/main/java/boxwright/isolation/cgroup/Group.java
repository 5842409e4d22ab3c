package boxwright.isolation.cgroup;

import boxwright.kernel.Argument;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A container's group in one hierarchy.
 *
 * @param hierarchy where it is
 * @param ancestors groups above it that have to be made or set first
 * @param directory its own
 * @param controllers what it is there for
 * @param settings what is written to its files
 * @param devices the list that is to hold in it
 */
public record Group(
        Hierarchy hierarchy,
        List<Ancestor> ancestors,
        Path directory,
        List<Controller> controllers,
        List<Setting> settings,
        Optional<DeviceRules> devices) {
    /**
     * A group above the container's.
     *
     * @param missing whether it has to be made
     */
    public record Ancestor(Path directory, boolean missing, List<Setting> settings) {
        public Ancestor {
            settings = List.copyOf(settings);
        }
    }

    public Group {
        ancestors = List.copyOf(ancestors);
        controllers = List.copyOf(controllers);
        settings = List.copyOf(settings);
    }

    /** The list of devices as a program for the kernel; version 2. */
    public Optional<Argument.Words> deviceProgram() {
        return devices.map(DeviceProgram::of);
    }

    /** What it is there for, in words: {@code memory and pids}. */
    public String purpose() {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < controllers.size(); i++) {
            words.append(i == 0 ? "" : i == controllers.size() - 1 ? " and " : ", ")
                    .append(controllers.get(i).word());
        }
        return words.toString();
    }
}

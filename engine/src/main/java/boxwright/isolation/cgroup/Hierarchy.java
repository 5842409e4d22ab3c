package boxwright.isolation.cgroup;

import java.nio.file.Path;
import java.util.List;

/**
 * A tree of cgroups that is mounted here. Version 1 has many, each with a controller or some; version 2 has one, with all
 * that version 1 has not taken.
 *
 * @param version 1 or 2
 * @param point where it is mounted
 * @param controllers its own, in the kernel's order; of version 2, those that its root has
 * @param own the directory of the group that we are in
 * @param readOnly whether nothing can be written through the mount
 */
public record Hierarchy(int version, Path point, List<String> controllers, Path own, boolean readOnly) {
    public Hierarchy {
        controllers = List.copyOf(controllers);
    }

    /** Whether it has a controller, by its name in version 2: {@code io} is {@code blkio} in version 1. */
    boolean has(Controller controller) {
        return version == 2
                ? controller.isBuiltIn() || controllers.contains(controller.word())
                : controllers.contains(controller.firstWord());
    }

    /** The option that mounts it, and the name of its directory: {@code cpu,cpuacct}. */
    public String option() {
        return String.join(",", controllers);
    }

    /** The files that limits are written to. */
    LimitFiles files() {
        return version == 2 ? new SecondVersion() : new FirstVersion();
    }
}

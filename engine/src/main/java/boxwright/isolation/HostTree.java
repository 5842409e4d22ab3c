package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;

/**
 * What a container can have of the host's own {@code /dev}, {@code /proc} and {@code /sys}, because it shares the namespace
 * that these show, and root of a user namespace may make none for that. The host's trees are taken before
 * {@code pivot_root}, as mounts of ours that are nowhere yet; open_tree(2). So no path that leads outside is needed later.
 */
public enum HostTree {
    /** {@code /proc} of the host's PID namespace, which only its own root may mount. */
    PROC("/proc", "the host's processes are shown by the host's /proc only"),
    /** {@code /sys} of the host's network namespace, which only its own root may mount. */
    SYS("/sys", "the host's network devices are shown by the host's /sys only"),
    /** The POSIX message queues of the host's IPC namespace, which only its own root may mount. */
    QUEUES("/dev/mqueue", "the host's message queues are shown by the host's mount only"),
    /** The POSIX shared memory of the host's processes. */
    SHARED_MEMORY("/dev/shm", "memory to share with the host's processes; shm_open(3)");

    private final String path;
    private final String because;

    HostTree(String path, String because) {
        this.path = path;
        this.because = because;
    }

    /** Where the host has it. */
    public Path path() {
        return Path.of(path);
    }

    /** The line that takes the host's. Mounts below it come along: who may not see under them, may not leave them out. */
    void take(PlanBuilder plan) {
        plan.open_tree(path, Constants.AT_RECURSIVE).into(slot(path)).because(because);
    }

    /** The same for a single file. */
    static Line takeFile(PlanBuilder plan, String path) {
        return plan.open_tree(path, 0).into(slot(path));
    }

    /**
     * The lines that mount it.
     *
     * @param path where the host has it and the container too
     * @param flags {@code MS_…} that it gets in addition, of those that are {@code MOUNT_ATTR_…} too
     */
    static void place(PlanBuilder plan, String path, long flags) {
        plan.move_mount(slot(path), path);
        if (flags != 0) {
            long remount = Constants.MS_REMOUNT | Constants.MS_BIND | flags;
            plan.mount_setattr(path, Constants.AT_RECURSIVE, flags)
                    .tolerate(Errno.ENOSYS)
                    .because("what lies below it too")
                    // Before Linux 5.12, and then without what lies below.
                    .otherwise(older -> older.mount("none", path, "", remount));
        }
    }

    private static Slot slot(String path) {
        return Slot.of(path.substring(path.lastIndexOf('/') + 1));
    }
}

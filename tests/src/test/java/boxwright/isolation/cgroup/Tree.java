package boxwright.isolation.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of a machine that is not here, as far as cgroups are in them. */
final class Tree {
    private static final String STATUS = "Name:\tjava\nCapEff:\t000001ffffffffff\n";

    private final Path root;

    private Tree(Path root) {
        this.root = root;
        file("/proc/self/status", STATUS);
        file("/proc/self/uid_map", "         0          0 4294967295");
        file("/proc/swaps", "Filename\tType\tSize\tUsed\tPriority");
    }

    /**
     * Version 2 alone, as systemd sets it up. The root has its controllers on, and so has {@code user.slice}.
     *
     * @param own our group, with a process in it
     */
    static Tree second(Path root, String own) {
        return new Tree(root)
                .file(
                        "/proc/self/mountinfo",
                        "25 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                + "32 25 0:28 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate")
                .file("/proc/self/cgroup", "0::" + own)
                .file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids")
                .file("/sys/fs/cgroup/cgroup.subtree_control", "cpu memory pids")
                .file("/sys/fs/cgroup/cgroup.procs", "2")
                .file("/sys/fs/cgroup/cpuset.cpus.effective", "0-3")
                .file("/sys/fs/cgroup/cpuset.mems.effective", "0");
    }

    /** A group of version 2. */
    Tree group(String path, String controllers, String enabled, String members) {
        String directory = "/sys/fs/cgroup" + path;
        return file(directory + "/cgroup.controllers", controllers)
                .file(directory + "/cgroup.subtree_control", enabled)
                .file(directory + "/cgroup.procs", members)
                .file(directory + "/cgroup.type", "domain");
    }

    /** Version 1, a hierarchy for each controller but for cpu and cpuacct, which are in one. */
    static Tree first(Path root) {
        StringBuilder mounts = new StringBuilder("25 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        StringBuilder own = new StringBuilder("12:name=systemd:/user.slice\n");
        int number = 1;
        Tree tree = new Tree(root);
        for (String controllers : List.of("cpuset", "cpu,cpuacct", "blkio", "memory", "devices", "freezer", "pids")) {
            mounts.append(30 + number)
                    .append(" 25 0:")
                    .append(number)
                    .append(" / /sys/fs/cgroup/")
                    .append(controllers);
            mounts.append(" rw - cgroup cgroup rw,").append(controllers).append('\n');
            own.append(number++).append(':').append(controllers).append(":/ours\n");
            tree.directory("/sys/fs/cgroup/" + controllers + "/ours");
        }
        return tree.file("/proc/self/mountinfo", mounts.toString())
                .file("/proc/self/cgroup", own + "0::/")
                .file("/sys/fs/cgroup/cpuset/ours/cpuset.cpus", "0-3")
                .file("/sys/fs/cgroup/cpuset/ours/cpuset.mems", "0-1")
                .file("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes", "9223372036854771712");
    }

    Tree file(String path, String text) {
        try {
            Files.createDirectories(at(path).getParent());
            Files.writeString(at(path), text + "\n");
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Tree directory(String path) {
        try {
            Files.createDirectories(at(path));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A group that we may not move processes to; by a file that is not there, since root may write to all that are. */
    Tree notOurs(String group) {
        try {
            Files.delete(at("/sys/fs/cgroup" + group + "/cgroup.procs"));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path at(String path) {
        return root.resolve(path.substring(1));
    }

    Hierarchies hierarchies() {
        return Hierarchies.of(root);
    }
}

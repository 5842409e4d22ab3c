package boxwright.isolation.cgroup;

import boxwright.kernel.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hierarchies that are mounted here, and where we are in them: {@code /proc/self/cgroup} says the second,
 * {@code /proc/self/mountinfo} the first. Where a machine has both versions, a controller is in one of them only.
 *
 * <p>Every container waits for this: the loops are plain, and nothing is read twice.
 *
 * @param root {@code /}; a test may point it to a directory with files of another machine
 */
public record Hierarchies(Path root, List<Hierarchy> all) {
    private static final String FIRST = "cgroup";
    private static final String SECOND = "cgroup2";

    public Hierarchies {
        all = List.copyOf(all);
    }

    /** Those of this machine. */
    public static Hierarchies here() {
        return of(Path.of("/"));
    }

    /** Those of a machine whose files lie in a directory. */
    public static Hierarchies of(Path root) {
        return of(root, "self");
    }

    /** The same with a process in our place: {@link Hierarchy#own} is its group. */
    public Hierarchies of(int pid) {
        return of(root, Integer.toString(pid));
    }

    private static Hierarchies of(Path root, String process) {
        Hierarchies none = new Hierarchies(root, List.of());
        List<CgroupMount> mounts = new ArrayList<>();
        for (String line : none.read(Path.of("/proc/self/mountinfo")).split("\n")) {
            CgroupMount.add(line, mounts);
        }
        List<Hierarchy> found = new ArrayList<>();
        if (!mounts.isEmpty()) {
            for (String line : none.read(Path.of("/proc", process, "cgroup")).split("\n")) {
                none.add(line, mounts, found);
            }
        }
        return new Hierarchies(root, found);
    }

    /** A line such as {@code 4:memory:/a} or {@code 0::/user.slice}; a path may have colons of its own. */
    private void add(String line, List<CgroupMount> mounts, List<Hierarchy> found) {
        int first = line.indexOf(':');
        int second = line.indexOf(':', first + 1);
        if (first < 0 || second < 0) {
            return;
        }
        String names = line.substring(first + 1, second);
        if (names.startsWith("name=")) {
            return; // systemd's, which limits nothing
        }
        List<String> controllers = names.isEmpty() ? List.of() : List.of(names.split(","));
        for (CgroupMount mount : mounts) {
            boolean same = controllers.isEmpty()
                    ? mount.type().equals(SECOND)
                    : mount.type().equals(FIRST) && mount.hasOption(controllers.getFirst());
            if (same) {
                Path own = mount.directory(line.substring(second + 1));
                found.add(new Hierarchy(
                        controllers.isEmpty() ? 2 : 1,
                        mount.point(),
                        controllers.isEmpty() ? words(mount.point().resolve("cgroup.controllers")) : controllers,
                        Files.isDirectory(at(own)) ? own : mount.point(),
                        mount.readOnly()));
                return;
            }
        }
    }

    /** The hierarchy with a controller: version 1 where that has it, else version 2. */
    public Optional<Hierarchy> with(Controller controller) {
        int index = indexWith(controller);
        return index < 0 ? Optional.empty() : Optional.of(all.get(index));
    }

    /** Its place among all; -1 where no hierarchy has it. */
    int indexWith(Controller controller) {
        int second = -1;
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).has(controller)) {
                if (all.get(i).version() == 1) {
                    return i;
                }
                second = i;
            }
        }
        return second;
    }

    /** Whether the kernel counts swap for groups; a kernel may be booted with {@code swapaccount=0}. */
    public boolean limitsSwap() {
        return with(Controller.MEMORY)
                .filter(memory -> memory.version() == 2
                        ? exists(Path.of("/proc/swaps"))
                        : exists(memory.point().resolve(FirstVersion.MEMORY_AND_SWAP)))
                .isPresent();
    }

    /**
     * Whether we may say which devices a group has. Both versions want CAP_SYS_ADMIN in the first user namespace: for
     * {@code devices.deny}, and for bpf(2). In another user namespace nobody can make a device node, and the nodes that
     * are there have the host's owners.
     */
    public boolean mayListDevices() {
        if (!read(Path.of("/proc/self/uid_map")).endsWith(" 4294967295")) {
            return false;
        }
        String status = read(Path.of("/proc/self/status"));
        int label = status.indexOf("CapEff:");
        if (label < 0) {
            return false;
        }
        int end = status.indexOf('\n', label);
        String bits =
                status.substring(label + 7, end < 0 ? status.length() : end).strip();
        return (Long.parseUnsignedLong(bits, 16) >>> Capability.CAP_SYS_ADMIN.number() & 1) == 1;
    }

    /** Whether the scheduler BFQ is in the kernel: it has weights in files of its own. */
    boolean hasBfq() {
        try (DirectoryStream<Path> disks = Files.newDirectoryStream(at(Path.of("/sys/block")))) {
            for (Path disk : disks) {
                if (Files.readString(disk.resolve("queue/scheduler")).contains("bfq")) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // no disks, or ones without a scheduler
        }
        return false;
    }

    /** The text of a file; empty where it cannot be read. */
    String read(Path file) {
        try {
            return Files.readString(at(file), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** The words of a file. */
    List<String> words(Path file) {
        String text = read(file);
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }

    boolean exists(Path file) {
        return Files.exists(at(file));
    }

    /** Whether we may write to a file, or make something in a directory; access(2). */
    boolean writable(Path path) {
        return Files.isWritable(at(path));
    }

    private Path at(Path path) {
        return root.resolve(path.toString().substring(1));
    }
}

package boxwright.engine;

import boxwright.isolation.DeviceNodes.Node;
import boxwright.isolation.cgroup.DeviceRule;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A device of the host for a container, or all in a directory: {@code --device}.
 *
 * @param host its path on the host
 * @param container its path in the container
 * @param access what the container may do with it, see {@link DeviceRule}
 */
public record DeviceRequest(String host, String container, int access) {
    private static final int S_IFMT = 0170000;
    private static final int S_IFCHR = 0020000;
    private static final int S_IFBLK = 0060000;

    public DeviceRequest {
        requireAbsolute(host);
        requireAbsolute(container);
    }

    private static void requireAbsolute(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("'" + path + "' is not an absolute path");
        }
    }

    /**
     * Reads {@code HOST[:CONTAINER[:rwm]]} or {@code HOST:rwm}.
     *
     * @throws IllegalArgumentException where it is neither
     */
    public static DeviceRequest of(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length == 2 && !parts[1].startsWith("/")) {
            return new DeviceRequest(parts[0], parts[0], DeviceRule.access(parts[1]));
        }
        return switch (parts.length) {
            case 1 -> new DeviceRequest(text, text, DeviceRule.ALL);
            case 2 -> new DeviceRequest(parts[0], parts[1], DeviceRule.ALL);
            case 3 -> new DeviceRequest(parts[0], parts[1], DeviceRule.access(parts[2]));
            default -> throw new IllegalArgumentException("bad format for path: " + text);
        };
    }

    /** The devices that it means, as they are now. */
    List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        try {
            Path path = Path.of(host);
            if (Files.isDirectory(path)) {
                directory(path, container, nodes);
            } else {
                nodes.add(node(path, container));
            }
        } catch (NoSuchFileException e) {
            throw new EngineException("--device " + host + ": there is no such device: " + e.getFile());
        } catch (IOException | InvalidPathException e) {
            throw new EngineException("--device " + host + ": cannot be looked at: " + e.getMessage());
        }
        if (nodes.isEmpty()) {
            throw new EngineException("--device " + host + ": there is no device in this directory");
        }
        return nodes;
    }

    /** What is no device in it is passed over, as Docker does. */
    private static void directory(Path path, String inside, List<Node> nodes) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
            stream.forEach(entries::add);
        }
        entries.sort(Comparator.naturalOrder());
        for (Path entry : entries) {
            String name = inside + "/" + entry.getFileName();
            if (Files.isDirectory(entry)) {
                directory(entry, name, nodes);
            } else if (isDevice((int) Files.getAttribute(entry, "unix:mode"))) {
                nodes.add(node(entry, name));
            }
        }
    }

    private static boolean isDevice(int mode) {
        return (mode & S_IFMT) == S_IFCHR || (mode & S_IFMT) == S_IFBLK;
    }

    private static Node node(Path path, String inside) throws IOException {
        Map<String, Object> seen = Files.readAttributes(path, "unix:mode,rdev,uid,gid");
        int mode = (int) seen.getOrDefault("mode", 0);
        if (!isDevice(mode)) {
            throw new EngineException("--device " + path + ": not a device node");
        }
        // The C library's encoding of a device number, makedev(3).
        long device = (long) seen.getOrDefault("rdev", 0L);
        int major = (int) (device >>> 8 & 0xfff | device >>> 32 & ~0xfffL);
        int minor = (int) (device & 0xff | device >>> 12 & 0xffffff00L);
        return new Node(
                inside, (mode & S_IFMT) == S_IFBLK, major, minor, mode & 0777, (int) seen.getOrDefault("uid", 0), (int)
                        seen.getOrDefault("gid", 0));
    }
}

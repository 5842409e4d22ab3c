package boxwright.isolation;

import static boxwright.kernel.Errno.EEXIST;

import boxwright.kernel.PlanBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All devices of the host in the container's {@code /dev}, its disks included: {@code --privileged}. Whether they can be
 * opened is the business of the cgroup.
 *
 * @param devices what is made
 */
public record HostDevices(List<Device> devices) implements Isolation {
    /** What a container has of its own, and the host's would be of no use. */
    private static final Set<String> OWN =
            Set.of("pts", "shm", "fd", "mqueue", "console", "ptmx", ".lxc", ".lxd-mounts", ".udev", "hugepages");

    private static final int TYPE = 0170000;
    private static final int CHARACTER = 0020000;
    private static final int BLOCK = 0060000;

    /**
     * A device node.
     *
     * @param path absolute
     * @param mode type and permissions, inode(7)
     * @param number {@code st_rdev}, as stat(2) gives it
     */
    public record Device(String path, int mode, int user, int group, long number) {
        /** gnu_dev_major(3): the C library spreads both numbers over 64 bits. */
        int major() {
            return (int) (number >>> 8 & 0xfff | number >>> 32 & ~0xfff);
        }

        int minor() {
            return (int) (number & 0xff | number >>> 12 & ~0xff);
        }
    }

    public HostDevices {
        devices = List.copyOf(devices);
    }

    /** Those of this machine. */
    public static HostDevices here() {
        List<Device> devices = new ArrayList<>();
        collect(Path.of("/dev"), devices);
        return new HostDevices(devices);
    }

    private static void collect(Path directory, List<Device> into) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (OWN.contains(entry.getFileName().toString())) {
                    continue;
                }
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    collect(entry, into);
                } else {
                    add(entry, into);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void add(Path entry, List<Device> into) throws IOException {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(entry, "unix:mode,uid,gid,rdev", LinkOption.NOFOLLOW_LINKS);
            if (attributes.get("mode") instanceof Integer mode
                    && attributes.get("uid") instanceof Integer user
                    && attributes.get("gid") instanceof Integer group
                    && attributes.get("rdev") instanceof Long number
                    && ((mode & TYPE) == CHARACTER || (mode & TYPE) == BLOCK)) {
                into.add(new Device(entry.toString(), mode, user, group, number));
            }
        } catch (NoSuchFileException _) {
            // unplugged since the directory was read
        }
    }

    @Override
    public String chapter() {
        return "08-capabilities";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.umask(0);
        Set<String> directories = new HashSet<>();
        String because = "--privileged: every device of the host, by its own name";
        for (Device device : devices) {
            String path = device.path();
            for (int slash = path.indexOf('/', 5); slash > 0; slash = path.indexOf('/', slash + 1)) {
                if (directories.add(path.substring(0, slash))) {
                    plan.mkdir(path.substring(0, slash), 0755).tolerate(EEXIST);
                }
            }
            plan.deviceNode(path, device.mode(), device.major(), device.minor())
                    .tolerate(EEXIST)
                    .because(because);
            because = "";
            if (device.user() != 0 || device.group() != 0) {
                plan.chown(path, device.user(), device.group());
            }
        }
        plan.umask(022);
    }
}

package boxwright.explain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The machine that a plan failed on, as far as files tell it: {@code /proc}, {@code /sys}, and the paths of the plan. What
 * cannot be read is not there, and no cause is claimed from it.
 *
 * @param root {@code /}; a test may point it to a directory with a {@code proc} of its own
 */
public record LiveSystem(Path root) {
    static final int CAP_CHOWN = 0;
    static final int CAP_KILL = 5;
    static final int CAP_SETGID = 6;
    static final int CAP_SETUID = 7;
    static final int CAP_SYS_CHROOT = 18;
    static final int CAP_SYS_ADMIN = 21;
    static final int CAP_SYS_TIME = 25;
    static final int CAP_MKNOD = 27;

    /** The machine that this JVM runs on. */
    public static LiveSystem here() {
        return new LiveSystem(Path.of("/"));
    }

    /** Where an absolute path of the machine lies. */
    Path at(String path) {
        return root.resolve(path.replaceFirst("^/+", ""));
    }

    /** Whether a path is there, a symbolic link that leads nowhere included. */
    boolean exists(String path) {
        try {
            return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A whole file as text, without space at its ends; empty where it cannot be read. */
    Optional<String> read(String path) {
        try {
            return Optional.of(Files.readString(at(path)).strip());
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** The lines of a file; none where it cannot be read. */
    List<String> lines(String path) {
        return read(path).map(text -> text.lines().toList()).orElse(List.of());
    }

    /** A file that holds one number. */
    Optional<Long> number(String path) {
        return read(path).flatMap(text -> {
            try {
                return Optional.of(Long.parseLong(text));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    /** Where a symbolic link leads. */
    Optional<String> link(String path) {
        try {
            return Optional.of(Files.readSymbolicLink(at(path)).toString());
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    /** A line {@code NAME: value} of {@code /proc/self/status}; proc_pid_status(5). */
    Optional<String> status(String name) {
        return lines("/proc/self/status").stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    /** Whether a set of capabilities, such as {@code CapEff}, lacks one; false where that cannot be told. */
    boolean lacks(String set, int capability) {
        return status(set)
                .map(mask -> (Long.parseUnsignedLong(mask, 16) >>> capability & 1) == 0)
                .orElse(false);
    }

    /** The effective user id of this process; empty where it cannot be told. */
    Optional<Integer> userId() {
        return status("Uid").map(ids -> Integer.parseInt(ids.split("\\s+")[1]));
    }

    /** The soft limit in {@code /proc/self/limits} with that name, {@code Max open files}; empty for none. */
    Optional<Long> limit(String name) {
        return lines("/proc/self/limits").stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+")[0])
                .filter(value -> !value.equals("unlimited"))
                .map(Long::parseLong)
                .findFirst();
    }

    /** The version of the kernel, {@code 6.1.0-13-amd64}. */
    String release() {
        return read("/proc/sys/kernel/osrelease").orElse("");
    }

    /** Whether the kernel is older than a version; false where its version cannot be told. */
    boolean olderThan(int major, int minor) {
        String[] parts = release().split("[^0-9]+");
        if (parts.length < 2 || parts[0].isEmpty()) {
            return false;
        }
        int have = Integer.parseInt(parts[0]);
        return have < major || have == major && Integer.parseInt(parts[1]) < minor;
    }

    /** Whether our capabilities hold for the whole machine; PROC_USER_INIT_INO in include/linux/proc_ns.h. */
    boolean isInFirstUserNamespace() {
        return link("/proc/self/ns/user").filter("user:[4026531837]"::equals).isPresent();
    }

    /** What shows that this process runs in a container, such as {@code /.dockerenv is there}. */
    Optional<String> inContainer() {
        for (String mark : List.of("/.dockerenv", "/run/.containerenv")) {
            if (exists(mark)) {
                return Optional.of(mark + " is there");
            }
        }
        return read("/run/systemd/container").map(kind -> "/run/systemd/container says " + kind);
    }
}

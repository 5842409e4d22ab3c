package boxwright.engine.doctor;

import boxwright.kernel.KernelException;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The machine that is looked at, and the process that looks: this one, or a tree of files that another one left.
 *
 * @param root where its {@code /proc}, {@code /sys}, {@code /etc} … are
 * @param kernel answers questions
 * @param home where containers are kept, as that machine names it
 * @param properties of the JVM, see {@link System#getProperties}
 * @param environment variables
 */
public record Host(
        Path root, Kernel kernel, Path home, Map<String, String> properties, Map<String, String> environment) {
    public Host {
        properties = Map.copyOf(properties);
        environment = Map.copyOf(environment);
    }

    /**
     * This machine and this process.
     *
     * @param home where containers are kept
     */
    public static Host ofThisMachine(Path home) {
        Path root = Path.of("/");
        Launcher launcher = new Launcher(nearest(root, home));
        Properties system = System.getProperties();
        Map<String, String> properties = system.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, name -> system.getProperty(name, "")));
        return new Host(root, new LauncherKernel(launcher), home, properties, System.getenv());
    }

    /** Whether a descriptor of the process that looks is a terminal, by what it is a link to; pts(4), tty(4). */
    public boolean isTerminal(int descriptor) {
        String target = link("/proc/self/fd/" + descriptor).orElse("");
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
    }

    /** A file of that machine. */
    Path path(String absolute) {
        return root.resolve(absolute.substring(1));
    }

    /** Whether there is such a file. */
    boolean has(String absolute) {
        return Files.exists(path(absolute));
    }

    /** The text of a file without the white space around it; empty where it cannot be read. */
    Optional<String> text(String absolute) {
        return bytes(absolute).map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
    }

    /** The lines of a file; none where it cannot be read. */
    List<String> lines(String absolute) {
        return text(absolute).filter(text -> !text.isEmpty()).stream()
                .flatMap(String::lines)
                .toList();
    }

    /** The number in a file; empty where there is none. */
    Optional<Long> number(String absolute) {
        return text(absolute).filter(text -> text.matches("-?[0-9]{1,18}")).map(Long::valueOf);
    }

    /** Where a symbolic link leads, such as {@code pid:[4026531836]}; empty where it cannot be read. */
    Optional<String> link(String absolute) {
        try {
            return Optional.of(Files.readSymbolicLink(path(absolute)).toString());
        } catch (IOException | UnsupportedOperationException _) {
            return Optional.empty();
        }
    }

    /** A field of {@code /proc/self/status}, such as {@code CapEff}; empty where there is none. See proc_pid_status(5). */
    String status(String field) {
        return lines("/proc/self/status").stream()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    /** The effective user id. */
    int userId() {
        String[] ids = status("Uid").split("\\s+");
        return ids.length > 1 ? Integer.parseUnsignedInt(ids[1]) : -1;
    }

    /** The effective group id. */
    int groupId() {
        String[] ids = status("Gid").split("\\s+");
        return ids.length > 1 ? Integer.parseUnsignedInt(ids[1]) : -1;
    }

    /** Whether the effective set has that capability; capabilities(7). */
    boolean hasCapability(int number) {
        String effective = status("CapEff");
        return effective.matches("[0-9a-f]{1,16}") && (Long.parseUnsignedLong(effective, 16) >>> number & 1) == 1;
    }

    /** What the kernel reports for a plan; nothing where no plan can be run. */
    List<Report> ask(Plan plan) {
        try {
            return kernel.ask(plan);
        } catch (KernelException _) {
            return List.of(); // the check "launcher" says why
        }
    }

    /** The first directory of the search path, and of those that a plain user's lacks, that has the program. */
    Optional<String> program(String name) {
        String path =
                environment.getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        for (String directory : path.split(":")) {
            String candidate = directory + "/" + name;
            if (directory.startsWith("/") && Files.isExecutable(path(candidate))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** {@link #home}, or where it is not made yet the directory above that is there. */
    Path nearestToHome() {
        Path found = nearest(root, home);
        return found.equals(root) ? Path.of("/") : Path.of("/").resolve(root.relativize(found));
    }

    private static Path nearest(Path root, Path wanted) {
        Path path = root.resolve(wanted.toString().substring(1));
        while (!Files.isDirectory(path) && !path.equals(root) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }

    private Optional<byte[]> bytes(String absolute) {
        Path path = path(absolute);
        // A pipe or a device in a place where a file should be would keep us waiting.
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(path));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}

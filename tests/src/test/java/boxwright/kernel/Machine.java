package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** The machine that the tests run on: what it has, and what its other programs say. */
public final class Machine {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Machine() {}

    /** What a program said and how it ended. */
    public record Ran(int exitCode, String output) {}

    /** Skips the test for a plain user. */
    public static void needsRoot() {
        assumeTrue(isRoot(), "needs root: namespaces and mounts are not for plain users before step 06");
    }

    /** Skips the test where systemd has not started the machine. */
    public static void needsSystemd() {
        assumeTrue(hasSystemd(), "needs a machine that systemd has started: tests/vm/run --systemd has one");
    }

    /** Whether systemd has started the machine; sd_booted(3). */
    public static boolean hasSystemd() {
        return Files.isDirectory(Path.of("/run/systemd/system"));
    }

    /** Whether cgroups of version 2 are all that there is, with their controllers. */
    public static boolean hasSecondVersion() {
        try {
            Path controllers = Path.of("/sys/fs/cgroup/cgroup.controllers");
            return Files.exists(controllers) && Files.readString(controllers).contains("memory");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes the cgroups of a name in all hierarchies, and what is below them. Engines and runtimes leave those that they have
     * made above a container's own; nobody is in them.
     */
    public static void removeGroups(String name) throws IOException {
        Path root = Path.of("/sys/fs/cgroup");
        List<Path> tops = new ArrayList<>(List.of(root.resolve(name)));
        try (Stream<Path> hierarchies = Files.list(root)) {
            hierarchies.forEach(hierarchy -> tops.add(hierarchy.resolve(name)));
        }
        for (Path top : tops) {
            if (Files.isDirectory(top)) {
                try (Stream<Path> groups = Files.walk(top)) {
                    for (Path group : groups.filter(Files::isDirectory)
                            .sorted(Comparator.reverseOrder())
                            .toList()) {
                        Files.delete(group);
                    }
                }
            }
        }
    }

    /** Makes a user, and the group of the same number, the owner of all that is in a directory. */
    public static void give(Path tree, int owner) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(file, "unix:gid", owner, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Skips the test where a program is missing. */
    public static String needs(String program) {
        Optional<Path> found = find(program);
        assumeTrue(found.isPresent(), "needs the program " + program + "; tests/run installs it on Debian");
        return found.map(Path::toString).orElseThrow();
    }

    /** Where a program is, the system administrator's directories included. */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        for (String directory : path.split(":", -1)) {
            Path place = Path.of(directory, program);
            if (Files.isExecutable(place)) {
                return Optional.of(place);
            }
        }
        return Optional.empty();
    }

    /** Whether this JVM runs as root. */
    public static boolean isRoot() {
        return unchecked(
                () -> Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0));
    }

    /** Runs a program to its end. */
    public static Ran run(String... command) {
        return unchecked(() -> {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ran(process.waitFor(), output);
        });
    }

    /** The command line of another JVM like this one, that runs a class of the tests. */
    public static List<String> java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Waits until something holds; fails when it does not within a minute. */
    public static void eventually(String what, Callable<Boolean> condition) {
        assertThat(comesTrue(condition)).as("in time: " + what).isTrue();
    }

    /** Waits until none of them is left; fails with those that are after a minute. */
    public static void eventuallyNone(String what, Callable<? extends Collection<?>> left) {
        comesTrue(() -> left.call().isEmpty());
        assertThat(unchecked(left::call)).as("in time: no " + what).isEmpty();
    }

    private static boolean comesTrue(Callable<Boolean> condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!unchecked(condition)) {
            if (System.nanoTime() > end) {
                return false;
            }
            unchecked(() -> {
                Thread.sleep(5);
                return true;
            });
        }
        return true;
    }

    /** How many milliseconds something takes, at its quickest of three times: others may have the machine for a while. */
    public static long quickest(Runnable task) {
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            task.run();
            quickest = Math.min(quickest, (System.nanoTime() - start) / 1_000_000);
        }
        return quickest;
    }

    /** Whether a process is there and is no zombie; proc_pid_stat(5). */
    public static boolean isAlive(long pid) {
        List<String> stat = stat(pid);
        return !stat.isEmpty() && !stat.getFirst().matches("[ZX]");
    }

    /** What is told of a process from its state on, proc_pid_stat(5): its parent, its group, and so on; empty if it is gone. */
    public static List<String> stat(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * The words of each process's command line, a space between two, by its number; proc_pid_cmdline(5). Of a launcher they
     * are the name that it was started with, which {@link ProcessHandle.Info} does not tell.
     */
    public static Map<Integer, String> commandLines() {
        return unchecked(() -> {
            Map<Integer, String> all = new TreeMap<>();
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                for (Path process : processes) {
                    try {
                        String line = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                        all.put(Integer.valueOf(process.getFileName().toString()), line.replace('\0', ' '));
                    } catch (IOException e) {
                        continue; // It has ended since it was listed.
                    }
                }
            }
            return all;
        });
    }

    /**
     * Command lines of processes that have a word in it, other than those of our command in a JVM, which has all words that
     * a container gets.
     */
    public static List<String> commandLinesWith(String word) {
        return commandLines().values().stream()
                .filter(line -> line.contains(word) && !line.contains("boxwright.cli.Main"))
                .toList();
    }

    /** The children of a process, zombies included. */
    public static List<Integer> children(long pid) {
        return commandLines().keySet().stream()
                .filter(process -> {
                    List<String> stat = stat(process);
                    return !stat.isEmpty() && stat.get(1).equals("" + pid);
                })
                .toList();
    }

    /** The numbers of a process's open descriptors. */
    public static List<Integer> descriptors(long pid) {
        return unchecked(() -> {
            TreeSet<Integer> all = new TreeSet<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
                for (Path entry : entries) {
                    // The stream's own descriptor is in the list too, and gone when we look.
                    if (Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
                        all.add(Integer.valueOf(entry.getFileName().toString()));
                    }
                }
            }
            all.removeIf(number -> !Files.exists(Path.of("/proc/" + pid + "/fd/" + number), LinkOption.NOFOLLOW_LINKS));
            return List.copyOf(all);
        });
    }

    /** The identity of a namespace of a process, as {@code uts:[4026531838]}; namespaces(7). */
    public static String namespace(long pid, String type) {
        return unchecked(() ->
                Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + type)).toString());
    }

    /** A root file system with busybox in it and nothing else. */
    public static Path busyboxRoot(Path directory) {
        needs("busybox");
        Path busybox = find("busybox").orElseThrow();
        assumeTrue(
                run("sh", "-c", "readelf -l '" + busybox + "' | grep -q INTERP").exitCode() != 0,
                "needs a static busybox");
        return unchecked(() -> {
            Path bin = Files.createDirectories(directory.resolve("bin"));
            Files.copy(busybox, bin.resolve("busybox"));
            for (String applet : List.of(
                    "sh",
                    "true",
                    "sleep",
                    "cat",
                    "hostname",
                    "ls",
                    "kill",
                    "readlink",
                    "grep",
                    "id",
                    "mount",
                    "stat",
                    "touch")) {
                Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
            }
            return directory;
        });
    }

    private static <T> T unchecked(Callable<T> task) {
        try {
            return task.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

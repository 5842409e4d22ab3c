package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.isolation.RootFilesystem;
import boxwright.kernel.Descriptor;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launcher;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.ProcessCalls.PollEntry;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory that a container has for itself on disk, as long as it lives. The plan makes it, so that there is no
 * moment at which it exists without a monitor that will remove it; the JVM removes it when all goes well.
 *
 * @param directory {@code …/containers/ID}
 * @param name a symbolic link {@code …/names/NAME} to it; the link is what makes a name unique
 */
public record Scratch(Path directory, Optional<Path> name) {
    /** A directory younger than this may belong to a monitor that has not locked it yet. */
    private static final Duration BIRTH = Duration.ofSeconds(10);

    private static final int LOCK_EX = 2;
    private static final Slot LOCK = Slot.of("lock");

    /** The writable layer of an overlay over {@code lower}, in this directory. */
    public RootFilesystem.Overlay over(Path lower) {
        return new RootFilesystem.Overlay(
                lower, directory.resolve("upper"), directory.resolve("work"), directory.resolve("merged"));
    }

    /** Lines of the monitor: makes the directories and takes the lock that says "in use". */
    void create(PlanBuilder plan) {
        plan.umask(022).because("the modes below are meant as they are written, whatever the mask of our shell");
        plan.mkdir(directory.toString(), 0700).because("what this container has on disk");
        plan.open(directory.toString(), O_RDONLY, 0).into(LOCK);
        plan.call(SystemCall.FLOCK, LOCK.value(), number(LOCK_EX, Notation.name("LOCK_EX")))
                .because("held as long as the monitor lives: others see that the directory is in use");
        name.ifPresent(link -> plan.symlink(target().toString(), link.toString())
                .because("the name is taken: a second container cannot make the same link"));
        for (String part : List.of("upper", "work", "merged")) {
            plan.mkdir(directory.resolve(part).toString(), 0755);
        }
    }

    /** The line of the container's process that closes what it has of the directory: the host's files are behind it. */
    void leave(PlanBuilder plan) {
        plan.close(LOCK.value()).because("a way to the host's files, for who finds it in /proc/self/fd");
    }

    /** Lines of the monitor, its last: removes what the JVM could not remove, because it is gone. */
    void remove(PlanBuilder plan, Optional<TerminalKeeper> terminal) {
        plan.ppoll(List.of(new PollEntry(fd(Launcher.CONTROL), 0)))
                .because("until the JVM has tidied up, or was killed");
        plan.open(directory.toString(), O_PATH, 0)
                .tolerate(ENOENT)
                .because("is there anything left?")
                .otherwise(done -> done.exit_group(0));
        terminal.ifPresent(keeper -> keeper.restore(plan));
        List<String> argv = name.isPresent()
                ? List.of("rm", "-rf", name.get().toString(), directory.toString())
                : List.of("rm", "-rf", directory.toString());
        plan.execve("/bin/rm", argv, List.of()).tolerate(ENOENT).because("the JVM is gone: the monitor tidies up");
        plan.execve("/usr/bin/rm", argv, List.of());
    }

    /** Removes the directory and the name. Does nothing where there is nothing. */
    public void delete() {
        try {
            // The directory first: as long as it is there, the monitor would remove the name, whose it may be by then.
            deleteTree(directory);
            if (name.isPresent()
                    && Files.isSymbolicLink(name.get())
                    && Files.readSymbolicLink(name.get()).equals(target())) {
                Files.delete(name.get());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Removes directories whose monitor and JVM were both killed, and names that lead nowhere.
     *
     * @param containers the directory of the containers' directories
     * @param names the directory of their names
     */
    public static void sweep(Path containers, Path names) {
        for (Path directory : list(containers)) {
            try {
                Instant born = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                if (born.isBefore(Instant.now().minus(BIRTH)) && isAbandoned(directory)) {
                    deleteTree(directory);
                }
            } catch (IOException | UncheckedIOException | KernelException e) {
                left(directory, e);
            }
        }
        for (Path link : list(names)) {
            try {
                if (!Files.exists(link)) {
                    Files.deleteIfExists(link);
                }
            } catch (IOException e) {
                left(link, e);
            }
        }
    }

    /** Another command sweeps at the same time, or we may not; the next one will. */
    private static void left(Path path, Exception reason) {
        System.getLogger("boxwright").log(System.Logger.Level.DEBUG, "not swept: " + path, reason);
    }

    private static boolean isAbandoned(Path directory) {
        try (Descriptor open = Descriptor.open(directory, O_RDONLY, 0)) {
            return open.tryLock();
        }
    }

    private Path target() {
        return Path.of("..", "containers", directory.getFileName().toString());
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }

    private static void deleteTree(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            for (Path entry : list(path)) {
                deleteTree(entry);
            }
        }
        Files.deleteIfExists(path);
    }
}

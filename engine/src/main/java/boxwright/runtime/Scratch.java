package boxwright.runtime;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Constants.O_RDONLY;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.cgroup.Removal;
import boxwright.kernel.Descriptor;
import boxwright.kernel.KernelException;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The directory that a container has for itself on disk, as long as it lives. The plan makes it, so that there is no
 * moment at which it exists without a monitor that will remove it; the JVM removes it when all goes well.
 *
 * @param directory {@code …/containers/ID}
 * @param name a symbolic link {@code …/names/NAME} to it; the link is what makes a name unique
 * @param owner who the container's root is outside, where that is another user than the monitor's
 */
public record Scratch(Path directory, Optional<Path> name, Optional<Owner> owner) {
    /** A user and a group of the machine. */
    public record Owner(long user, long group) {
        /** Who root of a user namespace is outside. */
        public static Owner rootOf(UserNamespace users) {
            return new Owner(
                    users.users().outside(0).orElseThrow(),
                    users.groups().outside(0).orElseThrow());
        }
    }

    /** For a container whose root is the monitor's user. */
    public Scratch(Path directory, Optional<Path> name) {
        this(directory, name, Optional.empty());
    }

    /** A directory younger than this may belong to a monitor that has not locked it yet. */
    private static final Duration BIRTH = Duration.ofSeconds(10);

    private static final int LOCK_EX = 2;
    private static final Slot LOCK = Slot.of("lock");

    /** The file with the directories of the container's cgroups. */
    private static final String CGROUPS = "cgroups";

    /**
     * The writable layer of an overlay over {@code lower}, in this directory. Where another user owns it, the lower layer
     * is an empty directory too, and all paths are relative to this one: to it, that user may know no way.
     */
    public RootFilesystem.Overlay over(Path lower) {
        boolean foreign = owner.isPresent();
        Path base = foreign ? Path.of("") : directory;
        return new RootFilesystem.Overlay(
                foreign ? Path.of("lower") : lower,
                base.resolve("upper"),
                base.resolve("work"),
                base.resolve("merged"),
                foreign);
    }

    /**
     * Lines of the monitor: makes the directories and takes the lock that says "in use".
     *
     * @param leftovers what will be made outside of the directory, see {@link boxwright.isolation.Isolation#leftovers}
     */
    void create(PlanBuilder plan, List<Path> leftovers) {
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
        if (!leftovers.isEmpty()) {
            Slot note = Slot.of("note");
            StringBuilder text = new StringBuilder();
            leftovers.forEach(path -> text.append(path).append('\n'));
            plan.open(directory.resolve(CGROUPS).toString(), O_WRONLY | O_CREAT, 0600)
                    .into(note);
            plan.write(note.value(), text.toString())
                    .because("should all of us be killed, the next command finds them by this");
            plan.close(note.value());
        }
        owner.ifPresent(root -> give(plan, root));
    }

    private void give(PlanBuilder plan, Owner root) {
        plan.mkdir(directory.resolve("lower").toString(), 0755);
        plan.chdir(directory.toString()).because("the container's root may know no way to here");
        for (String part : List.of(".", "upper", "work", "merged")) {
            plan.chown(part, root.user(), root.group());
        }
    }

    /** The line of the container's process that closes what it has of the directory: the host's files are behind it. */
    void leave(PlanBuilder plan) {
        plan.close(LOCK.value()).because("a way to the host's files, for who finds it in /proc/self/fd");
    }

    /**
     * Lines of the monitor, its last: removes what the JVM could not remove, because it is gone.
     *
     * @param leftovers removes what is outside of the directory. The directory goes after it: it has the note of them
     */
    void remove(PlanBuilder plan, Optional<TerminalKeeper> terminal, Consumer<PlanBuilder> leftovers) {
        plan.open(directory.toString(), O_PATH, 0)
                .tolerate(ENOENT)
                .because("is there anything left?")
                .otherwise(this::end);
        terminal.ifPresent(keeper -> keeper.restore(plan));
        name.ifPresent(link -> plan.open(released().toString(), O_PATH, 0)
                .tolerate(ENOENT)
                .because("has the JVM freed the name? Then it is another container's by now")
                .otherwise(free -> free.rename(link.toString(), released().toString())
                        .tolerate(ENOENT)
                        .because("the name is free")));
        leftovers.accept(plan);
        List<String> argv = name.isPresent()
                ? List.of("rm", "-rf", directory.toString(), released().toString())
                : List.of("rm", "-rf", directory.toString());
        plan.execve("/bin/rm", argv, List.of()).tolerate(ENOENT).because("the JVM is gone: the monitor tidies up");
        plan.execve("/usr/bin/rm", argv, List.of());
    }

    private void end(PlanBuilder plan) {
        name.ifPresent(link -> plan.unlink(released().toString())
                .tolerate(ENOENT)
                .because("the last thing, which the JVM may not have come to"));
        plan.exit_group(0);
    }

    /** Removes the directory and the name. Does nothing where there is nothing. */
    public void delete() {
        try {
            if (name.isPresent() && isOurs(name.get())) {
                Files.move(name.get(), released(), StandardCopyOption.ATOMIC_MOVE);
            }
            deleteTree(directory);
            if (name.isPresent()) {
                Files.deleteIfExists(released());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory + ": " + e.getMessage(), e);
        }
    }

    private boolean isOurs(Path link) throws IOException {
        return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target());
    }

    /**
     * Where the link of the name goes when the name is freed. A JVM can be killed at any instant, and the monitor has to
     * see how far it came: the link lies here until the directory is gone, and no container's name starts with a dot.
     */
    private Path released() {
        return name.orElseThrow().resolveSibling("." + directory.getFileName());
    }

    /** Whether the directory is there. */
    boolean exists() {
        return Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    }

    /** The same for a user all of whose files are his own. */
    public static void sweep(Path containers, Path names) {
        sweep(containers, names, directory -> {});
    }

    /**
     * Removes directories whose monitor and JVM were both killed, and names that lead nowhere.
     *
     * @param containers the directory of the containers' directories
     * @param names the directory of their names
     * @param force removes a directory in which there are files that we may not remove
     */
    public static void sweep(Path containers, Path names, Consumer<Path> force) {
        for (Path directory : list(containers)) {
            try {
                Instant born = Files.getLastModifiedTime(directory, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                if (born.isBefore(Instant.now().minus(BIRTH)) && isAbandoned(directory)) {
                    removeCgroups(directory);
                    sweep(directory, force);
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

    /** The cgroups of a container, and who is still in them. */
    private static void removeCgroups(Path directory) throws IOException {
        Path note = directory.resolve(CGROUPS);
        if (Files.exists(note)) {
            for (String cgroup : Files.readAllLines(note)) {
                Removal.of(Path.of(cgroup));
            }
        }
    }

    private static void sweep(Path directory, Consumer<Path> force) throws IOException {
        try {
            deleteTree(directory);
        } catch (IOException | UncheckedIOException e) {
            force.accept(directory);
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
            for (Path entry : entries(path)) {
                deleteTree(entry);
            }
        }
        Files.deleteIfExists(path);
    }

    /** Of a directory that is to go. */
    private static List<Path> entries(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(entries::add);
        } catch (AccessDeniedException closed) {
            // overlayfs gives its own directory no permissions at all. It is empty, and can go although we may not look
            // inside.
        } catch (NoSuchFileException gone) {
            // Another command sweeps at the same time.
        }
        return entries;
    }
}

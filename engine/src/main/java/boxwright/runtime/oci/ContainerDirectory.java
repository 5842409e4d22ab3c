package boxwright.runtime.oci;

import boxwright.kernel.EncodedPlan;
import boxwright.runtime.spec.Configuration;
import boxwright.runtime.spec.ConfigurationReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

/**
 * What a container has on disk. Every file in it appears whole, by a rename. Who changes the container holds the lock, which
 * is the kernel's and ends with its holder, however that ends.
 */
public final class ContainerDirectory implements AutoCloseable {
    private static final String STATE = "state.json";
    private static final String CONFIGURATION = "config.json";
    private static final String LAST_CALLS = "last-calls";
    private static final String LOCK = "lock";
    /** Behind an id that was removed; no id has this letter in it. */
    private static final char REMOVED = '~';

    private final Path path;
    private final Optional<FileChannel> lock;

    private ContainerDirectory(Path path, Optional<FileChannel> lock) {
        this.path = path;
        this.lock = lock;
    }

    static ContainerDirectory unlocked(Path path) {
        return new ContainerDirectory(path, Optional.empty());
    }

    /** Takes the lock. Waits for whoever has it, and notices when that one has removed the container. */
    static ContainerDirectory locked(Path path) throws IOException {
        Path file = path.resolve(LOCK);
        while (true) {
            Optional<Object> before = identity(file);
            FileChannel channel;
            try {
                channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                throw OperationException.notThere(name(path));
            }
            channel.lock();
            // The same file by that name before and after is the one that we have opened in between.
            if (before.isPresent() && before.equals(identity(file))) {
                return new ContainerDirectory(path, Optional.of(channel));
            }
            channel.close();
        }
    }

    /** Device and inode. */
    private static Optional<Object> identity(Path file) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    /** The container's id. */
    public String id() {
        return name(path);
    }

    /** A file in it. */
    public Path file(String name) {
        return path.resolve(name);
    }

    /** What was recorded; empty when the command that makes the container has not come so far, or was killed. */
    public Optional<ContainerRecord> record() throws IOException {
        try {
            return Optional.of(ContainerRecord.read(Files.readString(path.resolve(STATE))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalStateException | NumberFormatException e) {
            throw new IOException(path.resolve(STATE) + " is damaged: " + e.getMessage(), e);
        }
    }

    /** Records it, in one visible moment. */
    public void write(ContainerRecord record) throws IOException {
        write(STATE, record.json());
    }

    /** Keeps the configuration: what the bundle's file says later does not matter any more. */
    public void writeConfiguration(String text) throws IOException {
        write(CONFIGURATION, text);
    }

    /** The configuration that the container was created by. */
    public String configuration() throws IOException {
        return Files.readString(path.resolve(CONFIGURATION));
    }

    /** The same, where that member is somewhere in it: most have none, and reading the whole takes longer than most verbs. */
    Optional<Configuration> configurationWith(String member) throws IOException {
        String text = configuration();
        return text.contains('"' + member + '"')
                ? Optional.of(ConfigurationReader.read("config.json", text))
                : Optional.empty();
    }

    private void write(String name, String text) throws IOException {
        Path fresh = path.resolve("." + name);
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Keeps what {@code start} needs to tell a failure: the calls behind the one that waits, by their addresses.
     *
     * @param start the descriptor that is waited at
     */
    void writeLastCalls(EncodedPlan plan, int start) throws IOException {
        write(LAST_CALLS, LastCalls.text(plan, start));
    }

    /** What {@link #writeLastCalls} kept. */
    String lastCalls() throws IOException {
        return Files.readString(path.resolve(LAST_CALLS));
    }

    /** The pipe on which the container's first process waits for {@code start}, as long as it does. */
    public Path startFifo() {
        return path.resolve("start");
    }

    /** The pipe on which it then tells what went wrong. */
    public Path resultFifo() {
        return path.resolve("result");
    }

    /** Whether {@code start} has not been called. */
    boolean isWaiting() {
        return Files.exists(startFifo());
    }

    /** Whether a command changes the container at this moment. */
    boolean isLocked() throws IOException {
        try (FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            return free == null;
        } catch (NoSuchFileException e) {
            return false;
        } catch (OverlappingFileLockException e) {
            return true; // We ourselves.
        }
    }

    /**
     * Removes it. There is one moment at which the container ceases to exist and its id is free: that of a rename. Whoever is
     * killed after it leaves files that the next one removes.
     */
    public void remove() throws IOException {
        Files.move(
                path,
                path.resolveSibling(id() + REMOVED + ProcessHandle.current().pid()),
                StandardCopyOption.ATOMIC_MOVE);
        sweep(Objects.requireNonNull(path.getParent(), "a container lies in a directory"));
    }

    /** Whether a directory is what is left of a container that was removed. */
    static boolean isRemoved(Path directory) {
        return name(directory).indexOf(REMOVED) >= 0;
    }

    private static void sweep(Path root) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                if (isRemoved(entry)) {
                    deleteTree(entry);
                }
            }
        }
    }

    /** Others may be removing the same tree. */
    private static void deleteTree(Path file) throws IOException {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(file)) {
                for (Path entry : entries) {
                    deleteTree(entry);
                }
            } catch (NoSuchFileException e) {
                return;
            }
        }
        Files.deleteIfExists(file);
    }

    @Override
    public void close() {
        if (lock.isPresent()) {
            try {
                lock.get().close();
            } catch (IOException e) {
                throw new IllegalStateException("cannot give back the lock of " + path, e);
            }
        }
    }
}

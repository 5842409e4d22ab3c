package boxwright.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The image {@code host}: a small root file system made from this machine's own programs. It is what a container gets
 * when nobody has downloaded anything. What is in it, {@link HostRecipe} decides.
 *
 * <pre>
 * IMAGES/host/current            the manifest: which digest is right, as long as nothing has changed
 * IMAGES/host/DIGEST/rootfs/     the image; never changed once it is there
 * IMAGES/host/.building-…        half an image; swept by whoever builds next
 * IMAGES/host/.lock              held while building
 * </pre>
 *
 * An image is found by a few hundred calls of stat(2) and nothing else. It appears at one instant, by rename(2), whole
 * and on the disk. An image that is no longer the right one stays: a container may still stand on it, and this class
 * does not know of containers.
 */
public final class HostImage {
    private static final String BUILDING = ".building-";
    /** A package manager at work changes files below us; then we start over, but not for ever. */
    private static final int ATTEMPTS = 5;

    private final Path directory;
    private final Path machine;
    private final boolean withBusybox;

    private HostImage(Path directory, Path machine, boolean withBusybox) {
        this.directory = directory;
        this.machine = machine;
        this.withBusybox = withBusybox;
    }

    /**
     * The image of a machine; nothing is read or made yet.
     *
     * @param imagesDirectory where images are kept; made when needed
     * @param machine the root directory of the machine whose programs are taken, {@code /} but in tests
     */
    public static HostImage in(Path imagesDirectory, Path machine) {
        return new HostImage(
                imagesDirectory.toAbsolutePath().resolve("host"),
                machine.toAbsolutePath().normalize(),
                true);
    }

    /** The same, made of the machine's own programs even where it has a static busybox. */
    public HostImage withoutBusybox() {
        return new HostImage(directory, machine, false);
    }

    /**
     * The environment that programs of this image want, as {@code NAME=value}: where they are, and the file from
     * which an interactive {@code sh} gets its prompt (POSIX, "sh", ENV).
     */
    public static List<String> environment() {
        return List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "ENV=/etc/profile");
    }

    /**
     * The root directory of the image: found where it was made before and nothing changed since, else made now, which
     * takes a second or so. To be used as it is: read-only, below an overlay, or copied.
     *
     * @throws ImageException if it cannot be made: no {@code sh}, no right to write, no space; then nothing of it is
     *     left
     */
    public Path rootfs() {
        Optional<String> digest = Manifest.check(manifest(), machine);
        if (digest.isPresent()) {
            Path rootfs = rootfs(digest.get());
            if (Files.isDirectory(rootfs)) return rootfs;
        }
        return findOrBuild();
    }

    /** Programs that the image lacks, each with the reason, such as {@code ip: it is not on this machine}. */
    public List<String> leftOut() {
        return recipe().leftOut();
    }

    private Path manifest() {
        return directory.resolve(withBusybox ? "current" : "current-without-busybox");
    }

    private Path rootfs(String digest) {
        return directory.resolve(digest).resolve("rootfs");
    }

    private Recipe recipe() {
        return HostRecipe.of(new RootDirectory(machine), withBusybox);
    }

    private Path findOrBuild() {
        for (int attempt = 1; ; attempt++) {
            long since = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            Recipe recipe = recipe();
            String digest = recipe.digest();
            Path rootfs = rootfs(digest);
            try {
                // Something in a directory of the machine changed, but nothing of ours.
                if (Files.isDirectory(rootfs)) {
                    // An image store that we may read but not write is no error: we look again next time.
                    if (!Files.isWritable(directory)) return rootfs;
                } else {
                    Files.createDirectories(directory);
                }
                FileChannel lock = lock();
                try {
                    sweep();
                    // Somebody else may have built it while we waited for the lock.
                    if (!Files.isDirectory(rootfs)) build(recipe, digest);
                    remember(recipe, digest, since);
                } finally {
                    lock.close();
                }
                return rootfs;
            } catch (Recipe.ChangedException e) {
                if (attempt == ATTEMPTS) throw failed(e, "Wait until the package manager is done, and try again");
            } catch (IOException e) {
                throw failed(e, advice(e, recipe.size()));
            }
        }
    }

    private void build(Recipe recipe, String digest) throws IOException {
        Path building = Files.createTempDirectory(directory, BUILDING);
        try {
            Files.setAttribute(building, "unix:mode", 0755);
            Path rootfs = Files.createDirectory(building.resolve("rootfs"));
            Files.setAttribute(rootfs, "unix:mode", 0755);
            RecipeWriter.write(recipe, rootfs);
            recipe.checkSources();
            RecipeWriter.sync(building);
            // A directory that lost its rootfs is in the way, and is nobody's.
            deleteTree(directory.resolve(digest));
            Files.move(building, directory.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
            RecipeWriter.sync(directory);
        } finally {
            deleteTree(building);
        }
    }

    /** Waits for the lock. The kernel frees it when its holder ends, however it ends. */
    private FileChannel lock() throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            while (true) {
                try {
                    // Closing the channel frees it.
                    channel.lock();
                    return channel;
                } catch (OverlappingFileLockException e) {
                    // Another thread of this JVM has it; for threads, Java's file locks do not wait.
                    Thread.sleep(10);
                }
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + directory.resolve(".lock"), e);
        }
    }

    /** Removes what builders left that were killed. Only with the lock: another's half-built image looks the same. */
    private void sweep() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, BUILDING + "*")) {
            for (Path path : left) deleteTree(path);
        }
    }

    /** Writes the manifest, so that the image is found the next time without making the recipe. */
    private void remember(Recipe recipe, String digest, long since) throws IOException {
        Path building = Files.createTempFile(directory, BUILDING, "");
        try {
            Files.writeString(building, Manifest.of(recipe, machine, digest, since));
            Files.setAttribute(building, "unix:mode", 0644);
            RecipeWriter.sync(building);
            Files.move(building, manifest(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(building);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                if (e != null) throw e;
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private ImageException failed(IOException e, String toDo) {
        return new ImageException("Cannot make the image host in " + directory, e, toDo);
    }

    private static String advice(IOException e, long size) {
        String text = String.valueOf(e.getMessage());
        if (text.contains("No space left") || text.contains("quota")) {
            return "It needs " + (size / 1_000_000 + 1)
                    + " MB: free some space there, or name a directory on another disk";
        }
        if (text.contains("Read-only")) return "Name a directory on a file system that can be written";
        return "Check the directory and its owner, or name another";
    }
}

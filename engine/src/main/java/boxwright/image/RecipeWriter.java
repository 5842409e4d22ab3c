package boxwright.image;

import boxwright.image.Recipe.Entry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Makes what a {@link Recipe} lists. Files are real copies (on a file system that can share blocks, copy_file_range(2)
 * shares them): a hard link would let a container write into the machine's own file. All belong to whoever runs this;
 * set-user-ID bits, file capabilities and other extended attributes are not copied.
 */
final class RecipeWriter {
    private static final Path ROOT = Path.of("/");
    /** Nobody else's until the final mode is set. */
    private static final String PRIVATE = "rw-------";

    private final Path directory;

    private RecipeWriter(Path directory) {
        this.directory = directory;
    }

    /** Makes everything below a directory that is there and empty, and waits until it is on the disk. */
    static void write(Recipe recipe, Path directory) throws IOException {
        RecipeWriter writer = new RecipeWriter(directory);
        for (Entry entry : recipe.entries()) writer.make(entry);
        // In a second round: the first fsync(2) writes most of the journal, and the others find little left to do.
        for (Entry entry : recipe.entries()) {
            if (!(entry instanceof Entry.Link)) sync(writer.at(entry.path()));
        }
        sync(directory);
    }

    private void make(Entry entry) throws IOException {
        Path to = at(entry.path());
        switch (entry) {
            case Entry.Directory(Path path, int mode) -> {
                Files.createDirectory(to);
                setMode(to, mode);
            }
            case Entry.Link(Path path, Path target) -> Files.createSymbolicLink(to, target);
            case Entry.Text(Path path, String content, int mode) -> {
                Files.writeString(to, content, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
                setMode(to, mode);
            }
            case Entry.Copy copy -> {
                copy(copy, to);
                setMode(to, copy.mode());
                Files.setLastModifiedTime(to, FileTime.from(copy.modified(), TimeUnit.NANOSECONDS));
            }
        }
    }

    private static void copy(Entry.Copy copy, Path to) throws IOException {
        try (FileChannel in =
                        FileChannel.open(copy.source(), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                FileChannel out = FileChannel.open(
                        to,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(PRIVATE)))) {
            long at = 0;
            while (at < copy.size()) {
                long copied = in.transferTo(at, copy.size() - at, out);
                if (copied <= 0) throw new Recipe.ChangedException(copy.source());
                at += copied;
            }
        }
    }

    /** By number, since the sticky bit of /tmp has no name in Java. The umask does not hold here. */
    private static void setMode(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:mode", mode);
    }

    private Path at(Path inside) {
        return directory.resolve(ROOT.relativize(inside));
    }

    /** fsync(2), for files and directories alike. */
    static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

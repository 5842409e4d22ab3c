package boxwright.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What stat(2) says of a file by which a change of it is noticed.
 *
 * @param size in bytes; 0 for a directory, whose size means nothing
 * @param modified in nanoseconds since 1970; for a directory, when a name in it last came, went or was replaced
 */
record Stamp(long size, long modified) {
    /** The stamp of what is not there. */
    static final Stamp ABSENT = new Stamp(-1, -1);

    static Stamp of(Path file) throws IOException {
        try {
            return of(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return ABSENT;
        }
    }

    static Stamp of(BasicFileAttributes attributes) {
        return new Stamp(
                attributes.isDirectory() ? 0 : attributes.size(),
                attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    }
}

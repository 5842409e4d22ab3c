package boxwright.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A root file system as a list of what is to be made, parents before children: planned first, made later by
 * {@link RecipeWriter}.
 *
 * @param entries sorted by path; every path is absolute, inside the new root, and goes through no link
 * @param watched files and directories of this machine, of which a change may change the recipe
 * @param leftOut programs that a reader may miss, each with the reason: {@code strace: it is not on this machine}
 */
record Recipe(List<Entry> entries, Set<Path> watched, List<String> leftOut) {
    /** To be raised when the same sources should give another image. */
    private static final int VERSION = 1;

    /** Digits of SHA-256 that name an image; 32 of them are 128 bits. */
    private static final int DIGEST_DIGITS = 32;

    /** One thing to be made. A mode is that of chmod(2). */
    sealed interface Entry {
        Path path();

        record Directory(Path path, int mode) implements Entry {}

        record Link(Path path, Path target) implements Entry {}

        record Text(Path path, String content, int mode) implements Entry {}

        /** A file of this machine. {@code modified} is in nanoseconds since 1970. */
        record Copy(Path path, Path source, int mode, long size, long modified, long inode) implements Entry {}
    }

    /** Names the image: equal for an unchanged machine, and found without reading the content of a source. */
    String digest() {
        StringBuilder text = new StringBuilder().append(VERSION).append('\0');
        for (Entry entry : entries) {
            // A record's toString names all of its fields, and NUL can stand in none of them.
            text.append(entry).append('\0');
        }
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGEST_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Bytes of all files together. */
    long size() {
        long size = 0;
        for (Entry entry : entries) {
            if (entry instanceof Entry.Copy copy) size += copy.size();
        }
        return size;
    }

    /** Throws if a source is no longer the file that the recipe was made from. */
    void checkSources() throws IOException {
        for (Entry entry : entries) {
            if (entry instanceof Entry.Copy copy) {
                Stamp now = Stamp.of(copy.source());
                if (now.size() != copy.size() || now.modified() != copy.modified()) {
                    throw new ChangedException(copy.source());
                }
            }
        }
    }

    /** A source was changed while it was copied: a package is being upgraded, most likely. */
    static final class ChangedException extends IOException {
        ChangedException(Path source) {
            super(source + " changed while it was copied");
        }
    }
}

package boxwright.image;

import boxwright.image.Recipe.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small file that says which image is the right one as long as nothing has changed:
 *
 * <pre>
 * boxwright host image 1
 * /
 * 5f0c2b7e9d1a4c3e8b6f7a0d2c1e4b5a
 * 147176 1663597042000000000 /usr/bin/ls
 * 0 1761234567123456789 /usr/bin
 * -1 -1 /usr/local/lib
 * end
 * </pre>
 *
 * Format, root directory of the machine, digest; then for each source and each watched directory its size, its time in
 * nanoseconds, and its path. {@code -1 -1}: it is not there. The last line tells a whole manifest from
 * one that was cut off.
 *
 * <p>Every {@code boxwright run} in a cold JVM passes here, so {@link #check} takes no lambda, no record pattern and no
 * string concatenation: the first of each costs the JVM milliseconds.
 */
final class Manifest {
    private static final String FORMAT = "boxwright host image 1";
    private static final String END = "end\n";
    /**
     * The kernel's file times tick (every 4 ms or so): a file may change twice in one tick and look the same. A file
     * that changed this shortly before we looked is not trusted to stay as it is, and looked at again next time.
     */
    private static final long TICK_NANOS = 50_000_000;

    private static final String NEVER = "-2 -2 ";

    private Manifest() {}

    /** The digest of the image, if the manifest is there and every file in it is as it was. */
    static Optional<String> check(Path manifest, Path root) {
        String text;
        try {
            text = new String(Files.readAllBytes(manifest), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            FileSystem files = manifest.getFileSystem();
            int formatEnd = text.indexOf('\n');
            int rootEnd = text.indexOf('\n', formatEnd + 1);
            int digestEnd = text.indexOf('\n', rootEnd + 1);
            int filesEnd = text.length() - END.length();
            if (digestEnd < 0 || digestEnd >= filesEnd || !text.endsWith(END)) return Optional.empty();
            if (!text.substring(0, formatEnd).equals(FORMAT)) return Optional.empty();
            if (!text.substring(formatEnd + 1, rootEnd).equals(root.toString())) return Optional.empty();
            for (int at = digestEnd + 1; at < filesEnd; ) {
                int size = text.indexOf(' ', at);
                int modified = text.indexOf(' ', size + 1);
                int end = text.indexOf('\n', modified + 1);
                Path path = files.getPath(text.substring(modified + 1, end));
                long wanted = Long.parseLong(text, at, size, 10);
                if (wanted == Stamp.ABSENT.size()) {
                    // Not by way of Stamp: an exception costs as much as twenty stats.
                    if (Files.exists(path)) return Optional.empty();
                } else {
                    Stamp now = Stamp.of(path);
                    if (now.size() != wanted) return Optional.empty();
                    if (now.modified() != Long.parseLong(text, size + 1, modified, 10)) return Optional.empty();
                }
                at = end + 1;
            }
            return Optional.of(text.substring(rootEnd + 1, digestEnd));
        } catch (IOException | RuntimeException e) {
            // A manifest that cannot be understood is as good as none.
            return Optional.empty();
        }
    }

    /**
     * The text of a manifest.
     *
     * @param since when the recipe was begun, in nanoseconds since 1970
     */
    static String of(Recipe recipe, Path root, String digest, long since) throws IOException {
        List<String> lines = new ArrayList<>(List.of(FORMAT, root.toString(), digest));
        for (Entry entry : recipe.entries()) {
            if (entry instanceof Entry.Copy copy) {
                lines.add(line(new Stamp(copy.size(), copy.modified()), copy.source(), since));
            }
        }
        for (Path path : recipe.watched()) lines.add(line(Stamp.of(path), path, since));
        return String.join("\n", lines) + "\n" + END;
    }

    private static String line(Stamp stamp, Path path, long since) {
        boolean racy = stamp.modified() > since - TICK_NANOS;
        return racy ? NEVER + path : stamp.size() + " " + stamp.modified() + " " + path;
    }
}

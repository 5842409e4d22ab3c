package boxwright.runtime.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A root file system as it lies on the host, before the container is made. What Java finds out here decides which lines a
 * plan has; that the lines are safe whatever happens to the tree meanwhile is their own business.
 *
 * @param root absolute
 */
record RootfsView(Path root) {
    /** As many as the kernel follows, path_resolution(7). */
    private static final int MOST_LINKS = 40;

    /**
     * Where a path in the container leads: symbolic links are followed, as if the root were the root, also to places that
     * are not there. The result has no slash at its beginning.
     *
     * @throws OperationException for a ring of links
     */
    String resolve(String path) {
        List<String> done = new ArrayList<>();
        Deque<String> parts = parts(path);
        int links = 0;
        while (!parts.isEmpty()) {
            String part = parts.removeFirst();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                continue;
            }
            done.add(part);
            Path file = root.resolve(String.join("/", done));
            if (Files.isSymbolicLink(file)) {
                if (++links > MOST_LINKS) {
                    throw new OperationException("too many symbolic links on the way to " + path + " in " + root);
                }
                String target = target(file);
                done.removeLast();
                if (target.startsWith("/")) {
                    done.clear();
                }
                parts(target).descendingIterator().forEachRemaining(parts::addFirst);
            }
        }
        return String.join("/", done);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new OperationException("cannot read the link " + link + ": " + e.getMessage());
        }
    }

    private static Deque<String> parts(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** A path as words: without {@code .}, {@code ..} and double slashes, and without a slash at its beginning. */
    static String clean(String path) {
        Deque<String> clean = new ArrayDeque<>();
        for (String part : parts(path)) {
            if (part.equals("..")) {
                clean.pollLast();
            } else {
                clean.add(part);
            }
        }
        return String.join("/", clean);
    }

    /** Whether there is something in a directory of the container, given by a resolved path. */
    boolean hasContent(String resolved) {
        Path directory = root.resolve(resolved);
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(directory)) {
            return entries.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }
}

package boxwright.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A directory that is taken for the root of a file system: paths begin there, and symbolic links, absolute ones and
 * {@code ..} too, cannot lead out of it. It is path_resolution(7) done by hand, for two reasons: the root need not be
 * this process's own, and the links that were followed must be known, since an image has to have them as well.
 *
 * @param directory the root, on this machine
 */
record RootDirectory(Path directory) {
    /** The kernel's own limit (path_resolution(7)); more than these are a loop. */
    private static final int MAX_LINKS = 40;

    private static final Path ROOT = Path.of("/");

    /**
     * A symbolic link that was followed: where it is (inside the root, itself reached without links), what it holds.
     */
    record Link(Path path, Path target) {}

    /**
     * What a path led to.
     *
     * @param path the real path inside the root: absolute, without any link or dots
     * @param file the same on this machine
     * @param attributes of what is there; never of a link
     * @param links the links on the way, in the order they were met
     * @param directories the real directories on the way, those too that a {@code ..} left again: the kernel wants all
     *     of them to be there
     */
    record Found(Path path, Path file, BasicFileAttributes attributes, List<Link> links, List<Path> directories) {}

    /** Where a path inside the root is on this machine, no link looked at. */
    Path onMachine(Path inside) {
        return directory.resolve(ROOT.relativize(inside));
    }

    /** Follows an absolute path; empty if there is nothing, a loop, or no right to look. */
    Optional<Found> find(Path path) {
        Deque<Path> rest = new ArrayDeque<>();
        path.forEach(rest::add);
        List<Link> links = new ArrayList<>();
        List<Path> directories = new ArrayList<>();
        Path here = ROOT;
        try {
            BasicFileAttributes attributes = attributes(here);
            while (!rest.isEmpty()) {
                Path name = rest.remove();
                String text = name.toString();
                if (text.isEmpty() || text.equals(".")) continue;
                if (!attributes.isDirectory()) return Optional.empty();
                if (text.equals("..")) {
                    Path parent = here.getParent();
                    here = parent == null ? ROOT : parent;
                    attributes = attributes(here);
                    continue;
                }
                Path next = here.resolve(name);
                BasicFileAttributes nextAttributes = attributes(next);
                if (!nextAttributes.isSymbolicLink()) {
                    here = next;
                    attributes = nextAttributes;
                    if (attributes.isDirectory()) directories.add(here);
                    continue;
                }
                Path target = Files.readSymbolicLink(onMachine(next));
                links.add(new Link(next, target));
                if (links.size() > MAX_LINKS) return Optional.empty();
                if (target.isAbsolute()) {
                    here = ROOT;
                    attributes = attributes(here);
                }
                for (int i = target.getNameCount() - 1; i >= 0; i--) rest.addFirst(target.getName(i));
            }
            return Optional.of(
                    new Found(here, onMachine(here), attributes, List.copyOf(links), List.copyOf(directories)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** As {@link #find}, but a regular file or nothing. */
    Optional<Found> findFile(Path path) {
        return find(path).filter(found -> found.attributes().isRegularFile());
    }

    /** As {@link #find}, but a directory or nothing. */
    Optional<Found> findDirectory(Path path) {
        return find(path).filter(found -> found.attributes().isDirectory());
    }

    private BasicFileAttributes attributes(Path inside) throws IOException {
        return Files.readAttributes(onMachine(inside), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}

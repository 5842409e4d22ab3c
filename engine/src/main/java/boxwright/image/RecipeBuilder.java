package boxwright.image;

import boxwright.image.Recipe.Entry;
import boxwright.image.RootDirectory.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts a {@link Recipe} together. What comes from the machine keeps its path there, with every link on the way to it:
 * {@code /lib64 -> usr/lib64} and {@code libtinfo.so.6 -> libtinfo.so.6.4} are in the image as they are on the machine,
 * so that the loader's path in PT_INTERP and the names in DT_NEEDED lead to the same files.
 */
final class RecipeBuilder {
    private static final Path ROOT = Path.of("/");
    private static final int MAX_LINKS = 40;

    private final RootDirectory machine;
    private final TreeMap<Path, Entry> entries = new TreeMap<>();
    private final Set<Path> watched = new LinkedHashSet<>();
    private final List<String> leftOut = new ArrayList<>();

    RecipeBuilder(RootDirectory machine) {
        this.machine = machine;
    }

    /** A file of the machine, with all that leads to it. The first mode given to a file stays. */
    void copy(Found found, int mode) throws IOException {
        // Stand first: a file that cannot be read is to leave no trace.
        Path source = found.file();
        if (!Files.isReadable(source)) throw new IOException(source + " may not be read");
        if (source.toString().indexOf('\n') >= 0) throw new IOException("there is a line break in its path");
        long inode = (long) Files.getAttribute(source, "unix:ino");
        way(found);
        Stamp stamp = Stamp.of(found.attributes());
        entries.putIfAbsent(
                found.path(), new Entry.Copy(found.path(), source, mode, stamp.size(), stamp.modified(), inode));
        watchParent(found.path());
    }

    /** A directory as the machine has it: itself, or a link and the directory that the link leads to. */
    void mirrorDirectory(Path path) {
        machine.findDirectory(path).ifPresent(this::way);
        directory(path, 0755);
    }

    /** A directory of ours. One that is there already keeps its mode. */
    void directory(Path path, int mode) {
        Path real = real(path);
        for (Path parent = real.getParent(); parent != null && !parent.equals(ROOT); parent = parent.getParent()) {
            entries.putIfAbsent(parent, new Entry.Directory(parent, 0755));
        }
        if (!real.equals(ROOT)) entries.putIfAbsent(real, new Entry.Directory(real, mode));
    }

    /** A file of ours. */
    void text(String path, String content, int mode) {
        Path real = room(Path.of(path));
        entries.putIfAbsent(real, new Entry.Text(real, content, mode));
    }

    /** A link of ours, unless something is there already. */
    void link(Path path, Path target) {
        Path real = room(path);
        entries.putIfAbsent(real, new Entry.Link(real, target));
    }

    /** Whether the image has something by this name, which may be a link that leads nowhere. */
    boolean has(Path path) {
        return entries.containsKey(real(path));
    }

    /** A file or directory of the machine of which a change may change the recipe. */
    void watch(Path inside) {
        // Absent, it is watched too: it may come.
        Optional<Found> found = machine.find(inside);
        watched.add(found.isPresent() ? found.get().file() : machine.onMachine(inside));
    }

    void leaveOut(String name, String reason) {
        leftOut.add(name + ": " + reason);
    }

    Recipe build() {
        return new Recipe(List.copyOf(entries.values()), Set.copyOf(watched), List.copyOf(leftOut));
    }

    private void way(Found found) {
        for (Path directory : found.directories()) entries.putIfAbsent(directory, new Entry.Directory(directory, 0755));
        for (RootDirectory.Link link : found.links()) {
            entries.putIfAbsent(link.path(), new Entry.Link(link.path(), link.target()));
            watchParent(link.path());
        }
    }

    /** A file that is replaced by rename(2), as package managers do it, changes its directory. */
    private void watchParent(Path inside) {
        Path parent = inside.getParent();
        // These two change too often, for reasons which are not ours.
        if (parent != null && !parent.equals(ROOT) && !parent.equals(Path.of("/etc"))) {
            watched.add(machine.onMachine(parent));
        }
    }

    private Path room(Path path) {
        Path parent = path.getParent();
        if (parent != null) directory(parent, 0755);
        return parent == null ? path : real(parent).resolve(path.getFileName());
    }

    /** Where a path leads in the image to be, through the links that the recipe has so far. */
    private Path real(Path path) {
        Path here = path;
        for (int links = 0; links <= MAX_LINKS; links++) {
            Path next = throughFirstLink(here);
            if (next.equals(here)) return here;
            here = next;
        }
        return here;
    }

    private Path throughFirstLink(Path path) {
        Path here = ROOT;
        for (int i = 0; i < path.getNameCount(); i++) {
            here = here.resolve(path.getName(i));
            if (entries.get(here) instanceof Entry.Link link) {
                Path parent = here.getParent();
                Path target = (parent == null ? ROOT : parent).resolve(link.target());
                for (int j = i + 1; j < path.getNameCount(); j++) target = target.resolve(path.getName(j));
                return target.normalize();
            }
        }
        return path;
    }
}

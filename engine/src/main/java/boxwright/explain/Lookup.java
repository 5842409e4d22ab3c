package boxwright.explain;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel finds when it walks along a path, component by component, with symbolic links inside the root of the
 * process; path_resolution(7).
 */
sealed interface Lookup {
    /** The kernel gives up after 40 symbolic links. */
    int MOST_LINKS = 40;

    /** It is there: as the process names it, and where it is in the live system. */
    record Found(String path, Path live) implements Lookup {}

    /** The first component that is not there. */
    record Missing(String path, boolean last) implements Lookup {}

    /** A component that should be a directory, and is not. */
    record NotDirectory(String path) implements Lookup {}

    /** A directory on the way that may not be searched. */
    record Denied(String path) implements Lookup {}

    /** A symbolic link that leads to itself. */
    record Loop(String path) implements Lookup {}

    /** It is on a mount that is gone with the process, or the plan made it and it is gone since. */
    record Unknown(String path) implements Lookup {}

    /** Walks along a path. */
    static Lookup of(World world, String path) {
        return of(world, path, true);
    }

    /**
     * Walks along a path.
     *
     * @param follow whether a symbolic link at its end is followed too
     */
    static Lookup of(World world, String path, boolean follow) {
        Deque<String> rest = new ArrayDeque<>(List.of(path.split("/")));
        String current = world.resolve(path.startsWith("/") ? "/" : ".");
        Lookup found = step(world, current);
        int links = 0;
        while (!rest.isEmpty()) {
            String part = rest.pop();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                current = current.equals(world.root()) ? current : Paths.normal(current + "/..");
                found = step(world, current);
                continue;
            }
            if (found instanceof Found known && !Files.isDirectory(known.live())) {
                return new NotDirectory(current);
            }
            String next = Paths.normal(current + "/" + part);
            found = step(world, next);
            boolean last = rest.stream().allMatch(String::isEmpty);
            if (found instanceof Missing) {
                return new Missing(next, last);
            }
            if (!(found instanceof Found here)) {
                return found;
            }
            Optional<String> target = link(here.live());
            if (target.isEmpty() || last && !follow) {
                current = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                return new Loop(next);
            }
            String[] parts = target.get().split("/");
            for (int i = parts.length - 1; i >= 0; i--) {
                rest.push(parts[i]);
            }
            current = target.get().startsWith("/") ? world.root() : current;
            found = step(world, current);
        }
        return found;
    }

    /** The path without symbolic links, as far as that can be found out. */
    static String real(World world, String path) {
        return of(world, path) instanceof Found found ? found.path() : world.resolve(path);
    }

    /** A single path, the links in which are resolved already. */
    private static Lookup step(World world, String path) {
        List<String> places = world.live(path);
        if (places.isEmpty()) {
            return new Unknown(path);
        }
        for (String place : places) {
            Path live = world.system().at(place);
            try {
                Files.readAttributes(live, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return new Found(path, live);
            } catch (NoSuchFileException | NotDirectoryException e) {
                continue;
            } catch (AccessDeniedException e) {
                return new Denied(path);
            } catch (IOException e) {
                return new Unknown(path);
            }
        }
        return world.created(path) ? new Unknown(path) : new Missing(path, true);
    }

    private static Optional<String> link(Path path) {
        try {
            return Files.isSymbolicLink(path)
                    ? Optional.of(Files.readSymbolicLink(path).toString())
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

package boxwright.isolation;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Copies a directory tree with owners, modes, times and symbolic links. */
public final class TreeCopy {
    private static final int SET_ID = 06000;
    private static final int NOBODY = 65534;

    private TreeCopy() {}

    /**
     * Copies what is in one directory into another one, which exists.
     *
     * @param users whose files they become: a container's, who are other users outside; empty to keep the owners
     * @throws IOException when a file cannot be copied: a full disk, a file that is no file
     */
    public static void copy(Path from, Path to, Optional<UserNamespace> users) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(from)) {
                    visitFile(directory, attributes);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = to.resolve(from.relativize(file));
                Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                if (users.isPresent()) {
                    give(copy, users.get());
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** An owner who is nobody inside becomes 65534, as the kernel would show him. */
    private static void give(Path copy, UserNamespace users) throws IOException {
        int mode = number(copy, "unix:mode");
        set(copy, "unix:uid", outside(users.users(), number(copy, "unix:uid")));
        set(copy, "unix:gid", outside(users.groups(), number(copy, "unix:gid")));
        if ((mode & SET_ID) != 0 && !Files.isSymbolicLink(copy)) {
            // chown(2) takes these bits away.
            set(copy, "unix:mode", mode);
        }
    }

    private static int number(Path file, String attribute) throws IOException {
        return (Integer) Files.getAttribute(file, attribute, LinkOption.NOFOLLOW_LINKS);
    }

    private static void set(Path file, String attribute, int number) throws IOException {
        Files.setAttribute(file, attribute, number, LinkOption.NOFOLLOW_LINKS);
    }

    private static int outside(IdMap map, int inside) {
        long id = Integer.toUnsignedLong(inside);
        return (int)
                map.outside(id).orElse(map.outside(NOBODY).orElse(map.outside(0).orElseThrow()));
    }
}

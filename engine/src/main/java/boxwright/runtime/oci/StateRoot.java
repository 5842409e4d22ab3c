package boxwright.runtime.oci;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory of all containers' directories, {@code --root}.
 *
 * @param directory should lie in memory: after a reboot no container is there any more
 */
public record StateRoot(Path directory) {
    /** NAME_MAX, with room for what is added to it. */
    private static final int LONGEST = 200;

    /**
     * Checks a container's id, by runc's rule.
     *
     * @throws OperationException for one that could be a path, or that no file system takes
     */
    public static void checkId(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean fine = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!fine && "_+-.".indexOf(c) < 0) {
                throw new OperationException(
                        "invalid container id \"" + id + "\": only letters, digits and _+-. may be" + " in it");
            }
        }
        if (id.isEmpty() || id.equals(".") || id.equals("..") || id.length() > LONGEST) {
            throw new OperationException("invalid container id \"" + id + "\": it must have 1 to " + LONGEST
                    + " characters, and be neither . nor ..");
        }
    }

    /**
     * Checks that there is no container of an id. Another command may make one at any moment: {@link #create} is certain.
     *
     * @throws OperationException when there is one
     */
    void requireFree(String id) {
        if (Files.exists(directory.resolve(id), LinkOption.NOFOLLOW_LINKS)) {
            throw taken(id);
        }
    }

    private static OperationException taken(String id) {
        return new OperationException("container with id \"" + id + "\" already exists");
    }

    /**
     * Makes the directory of a new container, and locks it.
     *
     * @throws OperationException when there is one of that id
     */
    public ContainerDirectory create(String id) throws IOException {
        checkId(id);
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Path own = directory.resolve(id);
        try {
            Files.createDirectory(
                    own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        } catch (FileAlreadyExistsException e) {
            throw taken(id);
        }
        return ContainerDirectory.locked(own);
    }

    /**
     * The directory of a container, for looking at it.
     *
     * @throws OperationException when there is none
     */
    public ContainerDirectory open(String id) {
        return ContainerDirectory.unlocked(existing(id));
    }

    /**
     * The directory of a container, when no other command changes the container any more.
     *
     * @throws OperationException when there is none
     */
    public ContainerDirectory lock(String id) throws IOException {
        return ContainerDirectory.locked(existing(id));
    }

    private Path existing(String id) {
        checkId(id);
        Path own = directory.resolve(id);
        if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            throw OperationException.notThere(id);
        }
        return own;
    }

    /** The ids of all containers, sorted. */
    public List<String> ids() throws IOException {
        List<String> ids = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) && !ContainerDirectory.isRemoved(entry)) {
                        ids.add(entry.getFileName().toString());
                    }
                }
            }
        }
        ids.sort(null);
        return ids;
    }
}

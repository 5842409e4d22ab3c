package boxwright.isolation;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A file of an image, and the system calls that copy it: for whoever can do that, which need not be we.
 *
 * @param path from the directory that is copied
 * @param mode type and permissions; inode(7)
 * @param user whose it is inside the container
 * @param group the same
 * @param size in bytes
 * @param link where it leads to; empty if it is no symbolic link
 * @param seconds when it was changed last, since 1970
 * @param nanos beside them
 */
public record ImageFile(
        String path, int mode, long user, long group, long size, String link, long seconds, long nanos) {
    private static final int PERMISSIONS = 07777;
    private static final int SET_ID = 06000;
    private static final int NOBODY = 65534;
    private static final long ALL = 0x7fff_f000; // as much as one call copies; sendfile(2)
    private static final Slot FROM = Slot.of("from");
    private static final Slot TO = Slot.of("to");

    /**
     * What is in a directory and below, in an order in which it can be made.
     *
     * @param users the container's own
     * @throws IOException where it cannot be looked at, or is a device
     */
    static List<ImageFile> list(Path directory, UserNamespace users) throws IOException {
        List<ImageFile> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) all.skip(1)::iterator) {
                files.add(of(directory, file, users));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof AccessDeniedException denied
                    ? new IOException(denied.getFile() + ": permission denied: we cannot see what is in it")
                    : e.getCause();
        }
        return files;
    }

    private static ImageFile of(Path directory, Path file, UserNamespace users) throws IOException {
        Map<String, Object> attributes =
                Files.readAttributes(file, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) value(attributes, "mode");
        long type = mode & Constants.S_IFMT;
        if (type == Constants.S_IFCHR || type == Constants.S_IFBLK) {
            throw new IOException(file + " is a device, and in a user namespace nobody makes one");
        }
        long nanos = ((FileTime) value(attributes, "lastModifiedTime")).to(TimeUnit.NANOSECONDS);
        long second = TimeUnit.SECONDS.toNanos(1);
        return new ImageFile(
                directory.relativize(file).toString(),
                mode,
                inside(users.users(), (Integer) value(attributes, "uid")),
                inside(users.groups(), (Integer) value(attributes, "gid")),
                (Long) value(attributes, "size"),
                Files.isSymbolicLink(file) ? Files.readSymbolicLink(file).toString() : "",
                Math.floorDiv(nanos, second),
                Math.floorMod(nanos, second));
    }

    private static Object value(Map<String, Object> attributes, String name) throws IOException {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IOException("the attribute " + name + " is missing");
        }
        return value;
    }

    /** Who is nobody inside becomes 65534, as the kernel would show him. */
    private static long inside(IdMap map, int outside) {
        return map.inside(Integer.toUnsignedLong(outside)).orElse(map.has(NOBODY) ? NOBODY : 0);
    }

    /**
     * The lines.
     *
     * @param image an open directory
     * @param copy another one
     */
    void copy(PlanBuilder plan, Argument image, Argument copy) {
        int permissions = mode & PERMISSIONS;
        switch (mode & (int) Constants.S_IFMT) {
            case (int) Constants.S_IFDIR -> plan.mkdir(copy, path, permissions);
            case (int) Constants.S_IFLNK -> plan.symlink(link, copy, path);
            case (int) Constants.S_IFREG -> {
                plan.createFile(copy, path, permissions);
                if (size > 0) {
                    copyBytes(plan, image, copy);
                }
            }
            default -> plan.call(SystemCall.MKNODAT, copy, text(path), number(mode, Notation.FILE_MODE), number(0));
        }
        if (user != 0 || group != 0) {
            plan.chownNoFollow(copy, path, user, group);
        }
        if ((mode & SET_ID) != 0 && link.isEmpty()) {
            plan.chmod(copy, path, permissions).because("chown(2) and mkdir(2) take these bits away");
        }
        if ((mode & Constants.S_IFMT) != Constants.S_IFDIR) {
            plan.setTimes(copy, path, seconds, nanos); // A directory's is when the last file came into it.
        }
    }

    /** The second call finds nothing left; where the tmpfs was full, it is refused. */
    private void copyBytes(PlanBuilder plan, Argument image, Argument copy) {
        // Whoever writes to the image meanwhile leads us nowhere.
        long resolve = Constants.RESOLVE_BENEATH | Constants.RESOLVE_NO_SYMLINKS;
        plan.openat2(image, path, Constants.O_RDONLY | Constants.O_CLOEXEC | Constants.O_NONBLOCK, resolve)
                .into(FROM);
        plan.openat2(copy, path, Constants.O_WRONLY | Constants.O_CLOEXEC, resolve)
                .into(TO);
        for (long copied = 0; copied <= size; copied += ALL) {
            plan.sendfile(TO.value(), FROM.value(), ALL);
        }
        plan.sendfile(TO.value(), FROM.value(), 1).because("tmpcopyup: all of " + path + " was copied");
        plan.close(FROM.value());
        plan.close(TO.value());
    }
}

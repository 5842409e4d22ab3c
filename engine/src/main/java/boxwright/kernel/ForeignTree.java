package boxwright.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory tree that others have filled, such as an image: whatever its symbolic links say, nothing outside of it is
 * opened. The kernel itself resolves the path as a process with that root directory would; {@code RESOLVE_IN_ROOT} of
 * openat2(2).
 *
 * @param root the directory
 */
public record ForeignTree(Path root) {
    /** {@code struct open_how}: flags, mode, resolve. */
    private static final int OPEN_HOW_SIZE = 24;
    /** {@code struct statx}, and where in it the mode lies. */
    private static final int STATX_SIZE = 256;

    private static final int STATX_MODE = 28;

    private static final int CHUNK = 1 << 14;
    /** A file that is longer was made to hurt. */
    private static final int LONGEST = 1 << 24;

    private static final int MOST_ATTEMPTS = 100;

    /**
     * The text of a file; empty where there is none, or something that is no plain file: opening a pipe could wait for
     * ever, and opening a device could do anything.
     *
     * @param path in the tree, {@code /etc/passwd}
     * @throws KernelException where it cannot be read, or is longer than 16 MiB (EFBIG)
     */
    public Optional<String> text(String path) {
        try (Descriptor directory = Descriptor.open(root, Constants.O_PATH, 0)) {
            byte[] how = new byte[OPEN_HOW_SIZE];
            ByteBuffer.wrap(how)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(Constants.O_PATH | Constants.O_CLOEXEC)
                    .putLong(0)
                    .putLong(Constants.RESOLVE_IN_ROOT | Constants.RESOLVE_NO_MAGICLINKS);
            long number = -Errno.EAGAIN;
            // EAGAIN: somebody renamed a directory on the way, and the kernel cannot tell whether ".." led out.
            for (int attempt = 0; number == -Errno.EAGAIN && attempt < MOST_ATTEMPTS; attempt++) {
                number = Libc.syscall(
                        SystemCall.OPENAT2, directory.number(), Descriptor.cString(path), how, OPEN_HOW_SIZE);
            }
            if (number == -Errno.ENOENT || number == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            try (Descriptor place = new Descriptor(Descriptor.check(operation(path), number))) {
                return isPlainFile(place) ? Optional.of(read(path, place)) : Optional.empty();
            }
        }
    }

    private static boolean isPlainFile(Descriptor place) {
        byte[] status = new byte[STATX_SIZE];
        long result = Libc.syscall(
                SystemCall.STATX,
                place.number(),
                Descriptor.cString(""),
                Constants.AT_EMPTY_PATH,
                Constants.STATX_TYPE,
                status);
        Descriptor.check("statx(" + place.number() + ")", result);
        short mode = ByteBuffer.wrap(status).order(ByteOrder.LITTLE_ENDIAN).getShort(STATX_MODE);
        return (mode & Constants.S_IFMT) == Constants.S_IFREG;
    }

    private String read(String path, Descriptor place) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        // What is open is what was looked at: the file's name plays no part any more.
        try (Descriptor file = Descriptor.open(Path.of("/proc/self/fd/" + place.number()), Constants.O_RDONLY, 0)) {
            for (byte[] part = file.read(CHUNK); part.length > 0; part = file.read(CHUNK)) {
                all.writeBytes(part);
                if (all.size() > LONGEST) {
                    throw new KernelException(operation(path), Errno.EFBIG);
                }
            }
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private String operation(String path) {
        return "openat2(\"" + root + "\", \"" + path + "\", RESOLVE_IN_ROOT)";
    }
}

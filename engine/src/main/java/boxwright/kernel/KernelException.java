package boxwright.kernel;

/**
 * A system call that failed: the one exception type of the kernel layer. The message is operation, object, errno, as in
 * {@code pivot_root("rootfs", ".oldroot"): EINVAL (Invalid argument)}.
 */
public class KernelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * A failure.
     *
     * @param operation the call with its object, as C would write it
     * @param errno the error number
     */
    public KernelException(String operation, int errno) {
        super(operation + ": " + Errno.name(errno) + " (" + Errno.meaning(errno) + ")");
        this.errno = errno;
    }

    /** A failure that has no errno, with its whole message. */
    KernelException(String message) {
        super(message);
        this.errno = 0;
    }

    /** The error number, see {@link Errno}; 0 where the call returned an unusable result without an error. */
    public int errno() {
        return errno;
    }
}

package boxwright.isolation.seccomp;

/** A seccomp profile that cannot be used as it is, with the reason and the place in it. */
public final class SeccompException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    SeccompException(String message) {
        super("seccomp profile: " + message);
    }

    /**
     * For a profile behind which the container's program could not even be started.
     *
     * @param otherwise what else would help, a clause; may be empty
     */
    public static SeccompException stopsTheStart(String call, Action action, String otherwise) {
        return new SeccompException(
                call + " gets " + action + ", but a container cannot be started without it; allow " + call + otherwise);
    }
}

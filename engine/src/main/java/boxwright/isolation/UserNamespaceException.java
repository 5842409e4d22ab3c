package boxwright.isolation;

/** A user namespace that cannot be had as it was asked for; the message says what, why, and what to do. */
public final class UserNamespaceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the whole message. */
    public UserNamespaceException(String message) {
        super(message);
    }
}

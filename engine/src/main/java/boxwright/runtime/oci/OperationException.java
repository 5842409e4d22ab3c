package boxwright.runtime.oci;

/**
 * An operation that cannot be done, with the reason. Engines above look for certain words in it, those of runc: "does not
 * exist", "container not running".
 */
public final class OperationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A whole message. */
    public OperationException(String message) {
        super(message);
    }

    static OperationException notThere(String id) {
        return new OperationException("container \"" + id + "\" does not exist");
    }
}

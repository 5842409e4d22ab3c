package boxwright.runtime.oci;

/**
 * An operation that cannot be done, with the reason. Engines above look for certain words in it, those of runc: "does not
 * exist", "container not running".
 */
public final class OperationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean notThere;

    /** A whole message. */
    public OperationException(String message) {
        this(message, false);
    }

    private OperationException(String message, boolean notThere) {
        super(message);
        this.notThere = notThere;
    }

    static OperationException notThere(String id) {
        return new OperationException("container \"" + id + "\" does not exist", true);
    }

    /** Whether there is no such container. */
    public boolean isNotThere() {
        return notThere;
    }
}

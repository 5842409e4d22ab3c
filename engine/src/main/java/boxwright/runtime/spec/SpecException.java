package boxwright.runtime.spec;

/** A document that cannot be used: no JSON, a wrong type, a value that contradicts another. The message names the place. */
public final class SpecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A whole message. */
    public SpecException(String message) {
        super(message);
    }
}

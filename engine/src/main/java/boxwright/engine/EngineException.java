package boxwright.engine;

/** Something that the engine cannot do, in one message for the user: what, why, what to do. */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the whole message. */
    public EngineException(String message) {
        super(message);
    }
}

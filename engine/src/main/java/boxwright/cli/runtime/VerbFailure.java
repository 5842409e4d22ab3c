package boxwright.cli.runtime;

/** A failure with an exit code of its own. */
final class VerbFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    VerbFailure(int exitCode, Throwable cause) {
        super(cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}

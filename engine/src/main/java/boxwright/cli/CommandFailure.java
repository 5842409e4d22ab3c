package boxwright.cli;

/**
 * A failure that is no defect: the message says what happened, why, and what to do, and the user sees only that.
 */
public class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    /**
     * A failure that a person can act on.
     *
     * @param message what, why, what to do; without the leading {@code boxwright:}
     * @param exitCode one of {@link ExitCode}
     */
    public CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** The exit code of the process, one of {@link ExitCode}. */
    public int exitCode() {
        return exitCode;
    }
}

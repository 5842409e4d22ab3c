package boxwright.cli;

/**
 * The exit codes that are the engine's own; any other is the container's command's. They are Docker's
 * (<i>docker run</i> reference, "Exit status"), which took them from POSIX shells and chroot(1).
 */
public final class ExitCode {
    /** The verb did what was asked. */
    public static final int OK = 0;
    /** The engine failed, or refused what was asked; the command in the container never ran. */
    public static final int ENGINE_ERROR = 125;
    /** The command in the container was found but could not be executed. */
    public static final int NOT_EXECUTABLE = 126;
    /** The command in the container was not found. */
    public static final int NOT_FOUND = 127;

    private ExitCode() {}
}

package boxwright.cli;

import boxwright.engine.EngineException;
import boxwright.image.ImageException;
import boxwright.isolation.UserNamespaceException;
import boxwright.kernel.KernelException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;

/**
 * The one place where an exception becomes text on stderr and an exit code. Nothing below logs or prints an error.
 *
 * <p>An exception that was foreseen is shown as its message alone. Any other is a defect of ours, and says so. With
 * {@code BOXWRIGHT_DEBUG=1} the stack trace follows.
 */
final class ErrorEdge {
    static final String DEBUG = "BOXWRIGHT_DEBUG";

    private ErrorEdge() {}

    /** Prints what the failure means and returns the exit code it asks for. */
    static int report(Throwable thrown, Console console) {
        Shown shown = show(thrown);
        PrintStream err = console.err();
        err.println("boxwright: " + shown.message());
        if (console.variable(DEBUG)
                .filter(value -> !value.isEmpty() && !value.equals("0"))
                .isPresent()) {
            thrown.printStackTrace(err);
        }
        return shown.exitCode();
    }

    /** The foreseen exceptions, one case each: a layer below that has its own type gets its line here. */
    private static Shown show(Throwable thrown) {
        return switch (thrown) {
            case CommandFailure failure -> new Shown(said(failure), failure.exitCode());
            case EngineException failure -> new Shown(said(failure), ExitCode.ENGINE_ERROR);
            case ImageException failure -> new Shown(said(failure), ExitCode.ENGINE_ERROR);
            case UserNamespaceException failure -> new Shown(said(failure), ExitCode.ENGINE_ERROR);
            case KernelException failure -> new Shown(said(failure), ExitCode.ENGINE_ERROR);
            case FileSystemException failure -> new Shown(FileTrouble.describe(failure), ExitCode.ENGINE_ERROR);
            case UncheckedIOException failure
            when failure.getCause() instanceof FileSystemException cause ->
                new Shown(FileTrouble.describe(cause), ExitCode.ENGINE_ERROR);
            default -> new Shown(defect(thrown), ExitCode.ENGINE_ERROR);
        };
    }

    private static String said(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null ? thrown.toString() : message;
    }

    private static String defect(Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        String where = stack.length == 0 ? "" : "\n  at " + stack[0];
        return "a defect of boxwright, not of what you typed: " + thrown + where
                + "\nPlease report it, with the output of 'boxwright version' and of the same command under " + DEBUG
                + "=1.";
    }

    private record Shown(String message, int exitCode) {}
}

package boxwright.cli.runtime;

import boxwright.kernel.KernelException;
import boxwright.runtime.oci.OperationException;
import boxwright.runtime.spec.SpecException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The entry point of the command {@code boxwright-runtime}. */
public final class RuntimeMain {
    static final String NAME = "boxwright-runtime";

    private static final int FAILED = 1;

    /** As runc ends. */
    private static final int NO_SUCH_VERB = 3;

    private static final List<String> HELP = List.of("help", "h");

    private RuntimeMain() {}

    /** Runs the command line and ends the JVM with its exit code, at once: a verb must leave nothing to a shutdown hook. */
    public static void main(String[] args) {
        int exitCode = run(List.of(args));
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(exitCode); // System.exit looks for a logger first, and then starts threads for hooks
    }

    static int run(List<String> args) {
        Log log = new Log(Optional.empty(), false, false, System.err);
        try {
            Words global = Words.parse(Settings.OPTIONS, false, args);
            log = Log.of(global);
            List<String> rest = global.operands();
            if (global.has("version")) {
                return Help.version();
            }
            if (global.has("help") || rest.isEmpty() || HELP.contains(rest.getFirst())) {
                return Help.print(rest);
            }
            return runVerb(rest.getFirst(), rest.subList(1, rest.size()), Settings.of(global, log));
        } catch (Throwable thrown) { // an Error too: a caller needs a sentence whatever happened
            log.error(sentence(thrown));
            if (log.debug()) {
                thrown.printStackTrace(System.err);
            }
            return thrown instanceof VerbFailure failure ? failure.exitCode() : FAILED;
        }
    }

    private static int runVerb(String name, List<String> args, Settings settings) throws Exception {
        Verb verb = verb(name);
        List<Option> options = new ArrayList<>(verb.options());
        options.add(Help.OPTION);
        Words words = Words.parse(options, verb.flagsToTheEnd(), args);
        if (words.has(Help.OPTION.name())) {
            return Help.verb(name, verb);
        }
        int count = words.operands().size();
        if (count < verb.fewest() || count > verb.most()) {
            throw new UsageException(NAME + " " + name + ": it takes " + verb.operands() + ", and was given "
                    + (count == 0 ? "nothing" : String.join(" ", words.operands())));
        }
        return verb.run(words, settings);
    }

    static Verb verb(String name) {
        return Verbs.make(name)
                .orElseThrow(() -> new VerbFailure(
                        NO_SUCH_VERB,
                        new UsageException("no command \"" + name + "\"; " + NAME + " --help lists them")));
    }

    /** The foreseen exceptions are shown as their message alone. Any other is a defect of ours, and says so. */
    private static String sentence(Throwable thrown) {
        if (thrown instanceof VerbFailure failure && failure.getCause() != null) {
            return sentence(failure.getCause());
        }
        String message = String.valueOf(thrown.getMessage());
        if (thrown instanceof UsageException
                || thrown instanceof OperationException
                || thrown instanceof SpecException
                || thrown instanceof KernelException) {
            return message;
        }
        if (thrown instanceof UncheckedIOException unchecked && unchecked.getCause() != null) {
            return sentence(unchecked.getCause());
        }
        if (thrown instanceof FileSystemException file) {
            return file.getFile() + ": " + (file.getReason() == null ? reason(file) : file.getReason());
        }
        StackTraceElement[] stack = thrown.getStackTrace();
        return "a defect of " + NAME + ": " + thrown + (stack.length == 0 ? "" : ", at " + stack[0]);
    }

    private static String reason(FileSystemException file) {
        return switch (file.getClass().getSimpleName()) {
            case "NoSuchFileException" -> "no such file or directory";
            case "AccessDeniedException" -> "permission denied";
            case "FileAlreadyExistsException" -> "file exists";
            default -> file.getClass().getSimpleName();
        };
    }
}

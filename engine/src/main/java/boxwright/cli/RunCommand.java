package boxwright.cli;

import boxwright.engine.ContainerRequest;
import boxwright.engine.Names;
import boxwright.engine.StopRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code boxwright run}: a new container, from words. */
final class RunCommand implements Command {
    static final String SUMMARY = "Create and run a new container from an image";

    /** What makes and runs the container. */
    @FunctionalInterface
    interface Work {
        /** Runs it to its end and returns its exit code, or one of {@link ExitCode}. */
        int run(RunOptions options, Console console) throws Exception;
    }

    private final Work work;
    private final Syntax syntax =
            new Syntax("run", "IMAGE|ROOTFS-DIR [COMMAND] [ARG...]", 1, Integer.MAX_VALUE, SUMMARY);

    // One line a flag: declared here, it is parsed, checked, helped and completed.
    private final NamespaceFlags namespaces = new NamespaceFlags(syntax);
    private final PrivilegeFlags privileges = new PrivilegeFlags(syntax);
    private final LimitFlags limits = new LimitFlags(syntax);
    private final StorageFlags storage = new StorageFlags(syntax);
    private final Flag<Boolean> dryRun =
            syntax.bool("--dry-run", "Print the list of system calls, and make none of them");
    private final Flag<List<String>> env = syntax.list(
            "-e, --env",
            "list",
            "Set environment variables (K=V, or K to pass on the value that K has here)",
            Variables::word);
    private final Flag<List<Path>> envFile =
            syntax.list("--env-file", "file", "Read in a file of environment variables", Path::of);
    private final Flag<Optional<ExplainFormat>> explain = syntax.choice(
            "--explain",
            "Print the list of system calls on stderr, each with its result and time (default tree)",
            List.of(ExplainFormat.values()));
    private final Flag<Boolean> init =
            syntax.bool("--init", "Run an init inside the container that forwards signals and reaps processes");
    private final Flag<Boolean> interactive = syntax.bool("-i, --interactive", "Keep STDIN open");
    private final Flag<Optional<String>> name =
            syntax.value("--name", "string", "Assign a name to the container", Names::container);
    private final Flag<Boolean> remove = syntax.bool("--rm", "Remove the container when it exits");
    private final Flag<Optional<Integer>> stopSignal =
            syntax.value("--stop-signal", "string", "Signal to stop the container", SignalWord::parse);
    private final Flag<Optional<Integer>> stopTimeout = syntax.value(
            "--stop-timeout", "int", "Timeout (in seconds) to stop a container (-1: none)", StopCommand::seconds);
    private final Flag<Boolean> terminal = syntax.bool("-t, --tty", "Allocate a pseudo-TTY");
    private final Flag<Optional<String>> workingDirectory =
            syntax.value("-w, --workdir", "string", "Working directory inside the container", Names::absolutePath);

    RunCommand(Work work) {
        this.work = work;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) throws Exception {
        return work.run(options(words, console), console);
    }

    private StopRequest stop(Words words) {
        StopRequest usual = StopRequest.usual();
        return new StopRequest(
                words.get(stopSignal).orElse(usual.signal()),
                words.get(stopTimeout).orElse(usual.seconds()));
    }

    private RunOptions options(Words words, Console console) throws IOException {
        List<String> operands = words.operands();
        String image = operands.getFirst();
        if (image.isEmpty()) {
            throw new UsageFailure(syntax.command(), "invalid image name \"\": it is empty");
        }
        ContainerRequest container = new ContainerRequest(
                image,
                operands.subList(1, operands.size()),
                Variables.of(words.get(envFile), words.get(env), console),
                words.get(workingDirectory),
                words.get(name),
                namespaces.request(words),
                privileges.request(words),
                limits.request(words),
                storage.request(words),
                stop(words),
                words.get(init),
                Optional.empty());
        return new RunOptions(
                container,
                words.get(interactive),
                words.get(terminal),
                words.get(remove),
                words.get(explain),
                words.get(dryRun));
    }
}

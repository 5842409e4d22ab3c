package boxwright.cli;

import boxwright.engine.JoinRequest;
import boxwright.engine.Names;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code boxwright exec}: a program in a container that runs. */
final class ExecCommand implements Command {
    static final String SUMMARY = "Execute a command in a running container";

    /** What runs the program. */
    @FunctionalInterface
    interface Work {
        /** Runs it to its end and returns its exit code, or one of {@link ExitCode}. */
        int run(ExecOptions options, Console console) throws Exception;
    }

    private final Work work;
    private final Syntax syntax = new Syntax("exec", "CONTAINER COMMAND [ARG...]", 2, Integer.MAX_VALUE, SUMMARY);
    private final Flag<Boolean> detach = syntax.bool("-d, --detach", "Detached mode: run command in the background");
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
    private final Flag<Boolean> interactive = syntax.bool("-i, --interactive", "Keep STDIN open");
    private final Flag<Boolean> privileged = syntax.bool("--privileged", "Give extended privileges to the command");
    private final Flag<Boolean> terminal = syntax.bool("-t, --tty", "Allocate a pseudo-TTY");
    private final Flag<Optional<String>> user = syntax.value(
            "-u, --user", "string", "Username or UID (format: <name|uid>[:<group|gid>])", PrivilegeFlags::user);
    private final Flag<Optional<String>> workingDirectory =
            syntax.value("-w, --workdir", "string", "Working directory inside the container", Names::absolutePath);

    ExecCommand(Work work) {
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

    private ExecOptions options(Words words, Console console) throws IOException {
        List<String> operands = words.operands();
        if (operands.get(1).isEmpty()) {
            throw new UsageFailure(syntax.command(), "the name of the program is empty");
        }
        JoinRequest join = new JoinRequest(
                operands.getFirst(),
                operands.subList(1, operands.size()),
                Variables.of(words.get(envFile), words.get(env), console),
                words.get(workingDirectory),
                words.get(user),
                words.get(privileged),
                words.get(detach),
                Optional.empty());
        if (words.get(detach)
                && (words.get(interactive)
                        || words.get(terminal)
                        || words.get(explain).isPresent())) {
            throw new UsageFailure(
                    syntax.command(),
                    "--detach and --interactive, --tty or --explain exclude each other: who is detached has nobody to talk to");
        }
        return new ExecOptions(
                join, words.get(interactive), words.get(terminal), words.get(explain), words.get(dryRun));
    }
}

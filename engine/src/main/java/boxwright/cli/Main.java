package boxwright.cli;

import java.util.List;

/** The entry point of the command {@code boxwright}: the list of its verbs, and what does their work. */
public final class Main {

    private Main() {}

    /**
     * Runs the command line and ends the JVM with its exit code, at once: a verb must leave nothing to a shutdown hook.
     *
     * @param args the words after {@code boxwright}
     */
    public static void main(String[] args) {
        Console console = Console.ofThisProcess();
        int exitCode = new Boxwright(verbs()).run(List.of(args), console);
        console.flush();
        Runtime.getRuntime().halt(exitCode); // System.exit looks for a logger first, and then starts threads for hooks
    }

    /** Every verb, in the order in which {@code boxwright --help} lists them. */
    static List<Verb> verbs() {
        return List.of(
                new Verb("run", RunCommand.SUMMARY, () -> new RunCommand(ContainerRun::run)),
                new Verb("exec", ExecCommand.SUMMARY, () -> new ExecCommand(ContainerExec::run)),
                new Verb("ps", PsCommand.SUMMARY, PsCommand::new),
                new Verb("stop", StopCommand.SUMMARY, StopCommand::new),
                new Verb("kill", KillCommand.SUMMARY, KillCommand::new),
                new Verb("doctor", DoctorCommand.SUMMARY, () -> new DoctorCommand(DoctorRun::run)),
                new Verb(SeccompCommand.NAME, SeccompCommand.SUMMARY, SeccompCommand::new),
                new Verb("book", BookCommand.SUMMARY, BookCommand::new),
                new Verb("step", StepCommand.SUMMARY, StepCommand::new),
                new Verb("check", CheckCommand.SUMMARY, CheckCommand::new),
                new Verb("completion", CompletionCommand.SUMMARY, CompletionCommand::new),
                new Verb("help", HelpCommand.SUMMARY, () -> new HelpCommand(verbs())),
                new Verb("version", VersionCommand.SUMMARY, VersionCommand::new),
                Verb.hidden(CompleteCommand.NAME, () -> new CompleteCommand(verbs())));
    }
}

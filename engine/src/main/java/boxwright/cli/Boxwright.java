package boxwright.cli;

import java.util.List;
import java.util.Optional;

/**
 * The command {@code boxwright}: finds the verb, parses its words, runs it, and reports what it throws.
 *
 * @param verbs in the order of the help
 */
record Boxwright(List<Verb> verbs) {
    static final String NAME = "boxwright";

    /** Runs one command line and returns the exit code of the process; never throws. */
    int run(List<String> args, Console console) {
        try {
            return dispatch(args, console);
        } catch (Throwable thrown) { // an Error too: a user needs a sentence whatever happened
            return ErrorEdge.report(thrown, console);
        }
    }

    private int dispatch(List<String> args, Console console) throws Exception {
        String first = args.isEmpty() ? "--help" : args.getFirst();
        return switch (first) {
            case "-h", "--help" -> printCommands(console);
            case "-v", "--version" -> printVersion(console);
            default -> runVerb(first, args.subList(1, args.size()), console);
        };
    }

    private int runVerb(String name, List<String> args, Console console) throws Exception {
        if (name.startsWith("-")) {
            throw new UsageFailure(NAME, "unknown flag: " + name);
        }
        Command command =
                find(verbs, name).orElseThrow(() -> unknown(name)).maker().get();
        Words words = command.syntax().parse(args);
        if (words.asksForHelp()) {
            console.out().print(Usage.of(command.syntax(), Usage.terminalWidth(console)));
            return ExitCode.OK;
        }
        words.checkOperands();
        return command.run(words, console);
    }

    static Optional<Verb> find(List<Verb> verbs, String name) {
        for (Verb verb : verbs) { // a loop: the first stream of a JVM costs a millisecond
            if (verb.name().equals(name)) {
                return Optional.of(verb);
            }
        }
        return Optional.empty();
    }

    private UsageFailure unknown(String name) {
        List<String> names =
                verbs.stream().filter(verb -> !verb.hidden()).map(Verb::name).toList();
        return new UsageFailure(NAME, "unknown command: " + NAME + " " + name + Nearest.hint(name, names));
    }

    private int printCommands(Console console) {
        console.out().print(Usage.commands(verbs));
        return ExitCode.OK;
    }

    private int printVersion(Console console) {
        BuildInfo build = BuildInfo.ofThisJar();
        console.out().println("Boxwright version " + build.version() + ", build " + build.commit());
        return ExitCode.OK;
    }
}

package boxwright.cli;

import java.util.List;

/** {@code boxwright help [COMMAND]}. */
final class HelpCommand implements Command {
    static final String SUMMARY = "Show help for a command";

    private final List<Verb> verbs;
    private final Syntax syntax = new Syntax("help", "[COMMAND]", 0, 1, SUMMARY);

    HelpCommand(List<Verb> verbs) {
        this.verbs = verbs;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        if (words.operands().isEmpty()) {
            console.out().print(Usage.commands(verbs));
            return ExitCode.OK;
        }
        String topic = words.operands().getFirst();
        Verb verb = Boxwright.find(verbs, topic).orElseThrow(() -> unknown(topic));
        console.out().print(Usage.of(verb.maker().get().syntax(), Usage.terminalWidth(console)));
        return ExitCode.OK;
    }

    private UsageFailure unknown(String topic) {
        List<String> names =
                verbs.stream().filter(verb -> !verb.hidden()).map(Verb::name).toList();
        return new UsageFailure(Boxwright.NAME, "unknown help topic: " + topic + Nearest.hint(topic, names));
    }
}

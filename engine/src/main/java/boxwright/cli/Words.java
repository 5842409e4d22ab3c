package boxwright.cli;

import java.util.List;
import picocli.CommandLine.ParseResult;

/** The words after a verb, sorted into flags and operands. */
final class Words {
    private final Syntax syntax;
    private final ParseResult parsed;

    Words(Syntax syntax, ParseResult parsed) {
        this.syntax = syntax;
        this.parsed = parsed;
    }

    /** The value of a flag, or what the flag means when it is not given. */
    <T> T get(Flag<T> flag) {
        return flag.reader().apply(parsed);
    }

    /** What stands after the flags, untouched: the container's command may have flags of its own. */
    List<String> operands() {
        return parsed.matchedPositionalValue(0, List.of());
    }

    boolean asksForHelp() {
        return get(syntax.help());
    }

    /** Checked after {@link #asksForHelp}: {@code run --help} names no image. */
    void checkOperands() {
        int given = operands().size();
        if (given >= syntax.fewest() && given <= syntax.most()) {
            return;
        }
        String wants = syntax.most() == 0
                ? "accepts no arguments"
                : syntax.fewest() == syntax.most()
                        ? "requires " + arguments(syntax.most())
                        : given < syntax.fewest()
                                ? "requires at least " + arguments(syntax.fewest())
                                : "requires at most " + arguments(syntax.most());
        throw new UsageFailure(
                syntax.command(), "'" + syntax.command() + "' " + wants + "\n\nUsage:  " + syntax.line() + "\n");
    }

    private static String arguments(int count) {
        return count + (count == 1 ? " argument" : " arguments");
    }
}

package boxwright.cli;

import java.util.List;
import java.util.Map;

/** The words after a verb, sorted into flags and operands. */
final class Words {
    private final Syntax syntax;
    private final Map<Flag<?>, Object> values;
    private final List<String> operands;

    /**
     * Words that were read.
     *
     * @param values of the flags that were given: for a {@code Flag<T>} a {@code T}
     */
    Words(Syntax syntax, Map<Flag<?>, Object> values, List<String> operands) {
        this.syntax = syntax;
        this.values = values;
        this.operands = operands;
    }

    /** The value of a flag, or what the flag means when it is not given. */
    <T> T get(Flag<T> flag) {
        return value(values, flag);
    }

    @SuppressWarnings("unchecked") // WordReader puts a T there for a Flag<T>, and nobody else puts anything
    static <T> T value(Map<Flag<?>, Object> values, Flag<T> flag) {
        Object value = values.get(flag);
        return value == null ? flag.absent() : (T) value;
    }

    /** What stands after the flags, untouched: the container's command may have flags of its own. */
    List<String> operands() {
        return operands;
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

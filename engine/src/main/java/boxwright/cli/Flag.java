package boxwright.cli;

import java.util.function.Function;
import picocli.CommandLine.ParseResult;

/**
 * One flag of a verb, with the type of its value.
 *
 * @param names as the help writes them: {@code -e, --env}
 * @param reader takes the checked value out of what was parsed
 */
record Flag<T>(String names, Function<ParseResult, T> reader) {

    /**
     * How a flag's text becomes its value. Throws IllegalArgumentException with the reason, which ends the message
     * {@code invalid argument "…" for "…" flag: }.
     */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text);
    }
}

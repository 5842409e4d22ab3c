package boxwright.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a verb understands. A verb declares each flag in one line, as a field; the same line gives parsing, checking, help
 * and completion.
 *
 * <p>A JVM that lives 70 ms has no time for what a command line is not about: here nothing is reflected upon, sorted or
 * looked up before it is asked for.
 */
final class Syntax {
    private static final Set<String> NUMBERS = Set.of("bytes", "decimal", "int", "uint16");

    private final String command;
    private final String line;
    private final String summary;
    private final int fewest;
    private final int most;
    private final List<Flag<?>> flags = new ArrayList<>();
    private final Flag<Boolean> help;

    /**
     * The syntax of one verb.
     *
     * @param verb its name
     * @param operands what the usage line shows after the flags, such as {@code IMAGE [COMMAND] [ARG...]}
     * @param fewest how many operands it needs
     * @param most how many it takes
     * @param summary what it does, in one line
     */
    Syntax(String verb, String operands, int fewest, int most, String summary) {
        this.command = Boxwright.NAME + " " + verb;
        this.line = (command + " [OPTIONS] " + operands).strip();
        this.summary = summary;
        this.fewest = fewest;
        this.most = most;
        this.help = bool("--help", "Print usage");
    }

    /** A flag that is there or not; {@code --rm=false} takes it back. */
    Flag<Boolean> bool(String names, String description) {
        return declared(new Flag<>(
                names, Flag.Takes.NOTHING, "", description, List.of(), false, (before, text) -> truth(text)));
    }

    /**
     * A flag with one value. An empty value, as {@code --hostname=$UNSET} gives, is as if the flag were not there. An empty
     * number is refused: a limit that was asked for is not to be left out in silence.
     */
    <T> Flag<Optional<T>> value(String names, String type, String description, Flag.Parser<T> parser) {
        return declared(new Flag<>(
                names,
                Flag.Takes.VALUE,
                type,
                description,
                List.of(),
                Optional.empty(),
                (before, text) -> text.isEmpty() && !NUMBERS.contains(type)
                        ? Optional.empty()
                        : Optional.of(parser.parse(text))));
    }

    /** A flag that may be given many times, in order. */
    <T> Flag<List<T>> list(String names, String type, String description, Flag.Parser<T> parser) {
        return declared(new Flag<>(
                names,
                Flag.Takes.VALUE,
                type,
                description,
                List.of(),
                List.of(),
                (before, text) -> with(before, parser.parse(text))));
    }

    /**
     * A flag whose value may be left out, and which then means the first of its choices. The value must be attached
     * ({@code --explain=json}): in {@code --explain host} the word {@code host} is the image.
     */
    <E extends Enum<E>> Flag<Optional<E>> choice(String names, String description, List<E> choices) {
        List<String> words = new ArrayList<>();
        for (E choice : choices) {
            words.add(choice.name().toLowerCase(Locale.ROOT));
        }
        return declared(new Flag<>(
                names,
                Flag.Takes.ATTACHED,
                String.join("|", words),
                description,
                List.copyOf(words),
                Optional.empty(),
                (before, text) -> Optional.of(choices.get(chosen(words, text)))));
    }

    private <T> Flag<T> declared(Flag<T> flag) {
        flags.add(flag);
        return flag;
    }

    /**
     * Sorts the words after the verb.
     *
     * @throws UsageFailure for a flag that is not there, lacks its value, or refuses it
     */
    Words parse(List<String> args) {
        return WordReader.read(this, args);
    }

    /** The words of the help: {@code boxwright run}. */
    String command() {
        return command;
    }

    /** The usage line, without {@code Usage:}. */
    String line() {
        return line;
    }

    String summary() {
        return summary;
    }

    int fewest() {
        return fewest;
    }

    int most() {
        return most;
    }

    Flag<Boolean> help() {
        return help;
    }

    /** The flags, as they were declared. */
    List<Flag<?>> flags() {
        return flags;
    }

    /** The flags, in the order of their long names. */
    List<Flag<?>> sortedFlags() {
        List<Flag<?>> sorted = new ArrayList<>(flags);
        sorted.sort(Comparator.comparing(Flag::longName));
        return sorted;
    }

    /** What Go's strconv.ParseBool takes, so that a line written for Docker works. */
    private static boolean truth(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static <T> List<T> with(List<T> before, T last) {
        List<T> all = new ArrayList<>(before);
        all.add(last);
        return List.copyOf(all);
    }

    private static int chosen(List<String> words, String text) {
        int index = words.indexOf(text);
        if (index < 0) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", words));
        }
        return index;
    }
}

package boxwright.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What a verb understands, over Picocli's programmatic model. A verb declares each flag in one line, as a field; the
 * same line gives parsing, checking, help and completion.
 *
 * <p>Parsing follows <i>docker run</i> (Go's pflag): flags end at the first operand or at {@code --}, short flags
 * bundle ({@code -it}), the last one of a repeated flag counts, a value may begin with a dash.
 *
 * <p>Nothing here uses Picocli's annotations or its converters: a JVM that lives 100 ms has no time to reflect.
 */
final class Syntax {
    static {
        // Picocli registers 40 converters by reflection, for java.sql and java.time among them: 3 ms of a cold start.
        System.setProperty("picocli.converters.excludes", "java.*");
    }

    private final CommandSpec spec;
    private final String line;
    private final String summary;
    private final int fewest;
    private final int most;
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
        this.spec = CommandSpec.create().name(Boxwright.NAME + " " + verb);
        this.line = (spec.name() + " [OPTIONS] " + operands).strip();
        this.summary = summary;
        this.fewest = fewest;
        this.most = most;
        spec.interpolateVariables(false)
                .addPositional(PositionalParamSpec.builder()
                        .index("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .converters(AS_IS)
                        .build());
        this.help = bool("--help", "Print usage");
    }

    /** A flag that is there or not; {@code --rm=false} takes it back. */
    Flag<Boolean> bool(String names, String description) {
        spec.addOption(option(names, "", description)
                .type(boolean.class)
                .converters(Syntax::truth)
                .build());
        String name = longName(names);
        return new Flag<>(names, parsed -> parsed.matchedOptionValue(name, false));
    }

    /** A flag with one value. An empty value, as {@code --hostname=$UNSET} gives, is as if the flag were not there. */
    <T> Flag<Optional<T>> value(String names, String type, String description, Flag.Parser<T> parser) {
        spec.addOption(option(names, type, description)
                .type(Object.class)
                .arity("1")
                .converters(text -> text.isEmpty() ? Optional.empty() : Optional.of(parse(parser, text)))
                .build());
        String name = longName(names);
        return new Flag<>(names, parsed -> parsed.matchedOptionValue(name, Optional.empty()));
    }

    /** A flag that may be given many times, in order. */
    <T> Flag<List<T>> list(String names, String type, String description, Flag.Parser<T> parser) {
        spec.addOption(option(names, type, description)
                .type(List.class)
                .auxiliaryTypes(Object.class)
                .arity("1")
                .converters(text -> parse(parser, text))
                .build());
        String name = longName(names);
        return new Flag<>(names, parsed -> List.copyOf(parsed.matchedOptionValue(name, List.<T>of())));
    }

    /**
     * A flag whose value may be left out, and which then means {@code fallback}. The value must be attached
     * ({@code --explain=json}): in {@code --explain host} the word {@code host} is the image.
     */
    <E extends Enum<E>> Flag<Optional<E>> choice(String names, String description, E fallback, List<E> choices) {
        Map<String, E> byWord = new LinkedHashMap<>();
        choices.forEach(choice -> byWord.put(word(choice), choice));
        spec.addOption(option(names, String.join("|", byWord.keySet()), description)
                .type(Object.class)
                .arity("0..1")
                .fallbackValue(word(fallback))
                .completionCandidates(byWord.keySet())
                .preprocessor((args, command, arg, info) -> onlyAttached(args, arg, info))
                .converters(text -> parse(given -> chosen(byWord, given), text))
                .build());
        String name = longName(names);
        return new Flag<>(names, parsed -> Optional.ofNullable(parsed.<E>matchedOptionValue(name, null)));
    }

    Words parse(List<String> args) {
        CommandLine parser = new CommandLine(spec)
                .setStopAtPositional(true)
                .setOverwrittenOptionsAllowed(true)
                .setAllowOptionsAsOptionParameters(true)
                .setExpandAtFiles(false); // an argument @x is the user's, not a file of arguments
        try {
            Words words = new Words(this, parser.parseArgs(args.toArray(String[]::new)));
            checkFirstOperand(args, words.operands());
            return words;
        } catch (ParameterException failure) {
            throw new UsageFailure(command(), Complaint.about(failure, this));
        }
    }

    /** Picocli takes some unknown flags, such as {@code -1}, for operands; only behind {@code --} they are. */
    private void checkFirstOperand(List<String> args, List<String> operands) {
        int index = args.size() - operands.size();
        boolean flagLike = !operands.isEmpty()
                && operands.getFirst().startsWith("-")
                && !operands.getFirst().equals("-");
        if (flagLike && (index == 0 || !args.get(index - 1).equals("--"))) {
            throw new UsageFailure(command(), Complaint.unknown(operands.getFirst(), this));
        }
    }

    /** The words of the help: {@code boxwright run}. */
    String command() {
        return spec.name();
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

    /** The flags, in the order of their long names. */
    List<OptionSpec> options() {
        List<OptionSpec> options = new ArrayList<>(spec.options());
        options.sort((a, b) -> a.longestName().compareTo(b.longestName()));
        return options;
    }

    private static final ITypeConverter<String> AS_IS = text -> text;

    private static OptionSpec.Builder option(String names, String type, String description) {
        return OptionSpec.builder(names.split(", ")).paramLabel(type).description(description);
    }

    private static String longName(String names) {
        return names.substring(names.lastIndexOf("--"));
    }

    private static <T> T parse(Flag.Parser<T> parser, String text) {
        try {
            return parser.parse(text);
        } catch (IllegalArgumentException failure) {
            throw new TypeConversionException(String.valueOf(failure.getMessage()));
        }
    }

    /** What Go's strconv.ParseBool takes, so that a line written for Docker works. */
    private static Boolean truth(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw new TypeConversionException("neither true nor false");
        };
    }

    private static boolean onlyAttached(Stack<String> args, ArgSpec arg, Map<String, Object> info) {
        if (" ".equals(info.get("separator"))) {
            args.push(((OptionSpec) arg).fallbackValue());
            info.put("separator", "=");
        }
        return false;
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    private static <E> E chosen(Map<String, E> byWord, String text) {
        E choice = byWord.get(text);
        if (choice == null) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", byWord.keySet()));
        }
        return choice;
    }
}

package boxwright.cli.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The words of a command line, taken apart as Go's package {@code flag} does, for which runc's callers were written: one
 * dash is as good as two, {@code --x=y} as {@code --x y}, and {@code --} ends the flags. As with runc, flags may stand behind
 * operands too, except where the operands are a command line themselves.
 */
final class Words {
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();

    private Words() {}

    /**
     * Takes words apart.
     *
     * @param toTheEnd whether flags may stand behind operands
     * @throws UsageException for a flag that is not there, or lacks its value
     */
    static Words parse(List<Option> options, boolean toTheEnd, List<String> words) {
        Words parsed = new Words();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--") || !toTheEnd && !parsed.operands.isEmpty()) {
                parsed.operands.addAll(
                        words.subList(word.equals("--") && parsed.operands.isEmpty() ? i + 1 : i, words.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                parsed.operands.add(word);
                continue;
            }
            int start = word.startsWith("--") ? 2 : 1;
            int equals = word.indexOf('=');
            Option option = find(options, equals < 0 ? word.substring(start) : word.substring(start, equals));
            if (equals >= 0) {
                parsed.add(option, word.substring(equals + 1));
            } else if (option.isSwitch()) {
                parsed.add(option, "true");
            } else if (i + 1 == words.size()) {
                throw new UsageException("flag needs an argument: " + word);
            } else {
                parsed.add(option, words.get(++i));
            }
        }
        return parsed;
    }

    private static Option find(List<Option> options, String name) {
        for (Option option : options) {
            if (option.names().contains(name)) {
                return option;
            }
        }
        throw new UsageException("flag provided but not defined: -" + name);
    }

    private void add(Option option, String value) {
        if (option.isSwitch() && !isTruth(value)) {
            throw new UsageException("invalid boolean value \"" + value + "\" for -" + option.name());
        }
        values.computeIfAbsent(option.name(), name -> new ArrayList<>()).add(value);
    }

    private static boolean isTruth(String value) {
        return switch (value) {
            case "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False" -> true;
            default -> false;
        };
    }

    /** What is no flag. */
    List<String> operands() {
        return operands;
    }

    /** The value of a flag; the last one where it was given more than once. */
    Optional<String> value(String name) {
        List<String> all = values.get(name);
        return all == null ? Optional.empty() : Optional.of(all.getLast());
    }

    /** All values of a flag. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** Whether a flag is there, and not as {@code --flag=false}. */
    boolean has(String name) {
        Optional<String> value = value(name);
        return value.isPresent() && "1tT".indexOf(value.get().charAt(0)) >= 0;
    }

    /** The value of a flag as a number, 0 or more. */
    int count(String name) {
        Optional<String> value = value(name);
        if (value.isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseUnsignedInt(value.get());
        } catch (NumberFormatException e) {
            throw new UsageException("invalid value \"" + value.get() + "\" for flag -" + name + ": not a number");
        }
    }
}

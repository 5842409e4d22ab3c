package boxwright.cli;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sorts words into flags and operands as <i>docker run</i> does (Go's pflag): flags end at the first operand or at
 * {@code --}, short flags bundle ({@code -it}), the last one of a repeated flag counts, a value may begin with a dash.
 */
final class WordReader {
    private final Syntax syntax;
    private final List<String> args;
    private final Map<Flag<?>, Object> values = new IdentityHashMap<>();
    private int next;

    private WordReader(Syntax syntax, List<String> args) {
        this.syntax = syntax;
        this.args = args;
    }

    /**
     * Reads all words.
     *
     * @throws UsageFailure for a flag that is not there, lacks its value, or refuses it
     */
    static Words read(Syntax syntax, List<String> args) {
        WordReader reader = new WordReader(syntax, args);
        reader.flags();
        return new Words(syntax, reader.values, args.subList(reader.next, args.size()));
    }

    private void flags() {
        while (next < args.size()) {
            String word = args.get(next);
            if (!word.startsWith("-") || word.equals("-")) {
                return;
            }
            next++;
            if (word.equals("--")) {
                return;
            }
            if (word.startsWith("--")) {
                longFlag(word);
            } else {
                bundle(word);
            }
        }
    }

    /** {@code --name}, {@code --name=value}. */
    private void longFlag(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        for (Flag<?> flag : syntax.flags()) {
            if (flag.isNamed(name)) {
                add(flag, equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1)));
                return;
            }
        }
        throw failure(Complaint.unknownFlag(name, syntax));
    }

    /** {@code -i}, {@code -it}, {@code -e A=b}, {@code -eA=b}, {@code -ite=A=b}. */
    private void bundle(String word) {
        for (int i = 1; i < word.length(); i++) {
            Flag<?> flag = lettered(word, i);
            String rest = word.substring(i + 1);
            if (rest.startsWith("=")) {
                add(flag, Optional.of(rest.substring(1)));
                return;
            }
            if (flag.takes() == Flag.Takes.VALUE && !rest.isEmpty()) {
                add(flag, Optional.of(rest));
                return;
            }
            add(flag, Optional.empty());
        }
    }

    private Flag<?> lettered(String bundle, int index) {
        for (Flag<?> flag : syntax.flags()) {
            if (flag.isLetter(bundle.charAt(index))) {
                return flag;
            }
        }
        throw failure(Complaint.unknownLetter(bundle.substring(index)));
    }

    private <T> void add(Flag<T> flag, Optional<String> attached) {
        String text = attached.isPresent() ? attached.get() : valueOf(flag);
        try {
            values.put(flag, flag.more(Words.value(values, flag), text));
        } catch (IllegalArgumentException e) {
            throw failure(Complaint.refused(text, flag, String.valueOf(e.getMessage())));
        }
    }

    /** What a flag means with nothing attached to it. */
    private String valueOf(Flag<?> flag) {
        return switch (flag.takes()) {
            case NOTHING -> "true";
            case ATTACHED -> flag.choices().getFirst();
            case VALUE -> {
                if (next == args.size()) {
                    throw failure(Complaint.lacksValue(flag));
                }
                yield args.get(next++);
            }
        };
    }

    private UsageFailure failure(String problem) {
        return new UsageFailure(syntax.command(), problem);
    }
}

package boxwright.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code boxwright __complete WORD...}: what the last word could become. The completion scripts call it.
 *
 * <p>It prints one candidate a line, with a tab and a description where there is one, and then a last line that says
 * what else may stand there: {@code :none}, {@code :files} or {@code :directories}.
 */
final class CompleteCommand implements Command {
    static final String NAME = "__complete";

    private static final String NONE = ":none";
    private static final String FILES = ":files";
    private static final String DIRECTORIES = ":directories";

    private final List<Verb> verbs;
    private final Syntax syntax = new Syntax(NAME, "WORD...", 0, Integer.MAX_VALUE, "");

    CompleteCommand(List<Verb> verbs) {
        this.verbs = verbs;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        complete(words.operands()).forEach(line -> console.out().print(line + "\n"));
        return ExitCode.OK;
    }

    /** The lines for these words; the last one is the word under the cursor, and may be empty. */
    List<String> complete(List<String> words) {
        String current = words.isEmpty() ? "" : words.getLast();
        if (words.size() <= 1) {
            return matching(commandNames(), current, NONE);
        }
        List<String> before = words.subList(1, words.size() - 1);
        return switch (words.getFirst()) {
            case "help" -> matching(before.isEmpty() ? commandNames() : List.of(), current, NONE);
            case "completion" -> matching(before.isEmpty() ? CompletionCommand.SHELLS : List.of(), current, NONE);
            case SeccompCommand.NAME -> ofSeccomp(before, current);
            default -> ofVerb(words.getFirst(), before, current);
        };
    }

    private List<String> ofSeccomp(List<String> before, String current) {
        if (before.equals(SeccompCommand.ACTIONS)) {
            return List.of(FILES);
        }
        return before.isEmpty() && !current.startsWith("-")
                ? matching(SeccompCommand.ACTIONS, current, NONE)
                : ofVerb(SeccompCommand.NAME, before, current);
    }

    private List<String> ofVerb(String name, List<String> before, String current) {
        return Boxwright.find(verbs, name)
                .map(verb -> verb.maker().get().syntax())
                .map(syntaxOfVerb -> ofVerb(syntaxOfVerb, before, current))
                .orElse(List.of(NONE));
    }

    private static List<String> ofVerb(Syntax syntax, List<String> before, String current) {
        Optional<Flag<?>> waiting = Optional.empty(); // the flag whose value comes next
        for (String word : before) {
            if (waiting.isPresent()) {
                waiting = Optional.empty();
            } else if (word.equals("--") || !word.startsWith("-") || word.equals("-")) {
                return List.of(FILES); // behind the image, the words are the container's
            } else {
                waiting = flagThatWaits(syntax, word);
            }
        }
        if (waiting.isPresent()) {
            return List.of(waiting.get().type().equals("file") ? FILES : NONE);
        }
        if (current.startsWith("-")) {
            return matching(flags(syntax, current), current, NONE);
        }
        return syntax.most() == 0
                ? List.of(NONE)
                : matching(List.of("host\tthis machine's own programs"), current, DIRECTORIES);
    }

    /** The flag at the end of a word such as {@code --env} or {@code -ite}, if its value is the next word. */
    private static Optional<Flag<?>> flagThatWaits(Syntax syntax, String word) {
        for (Flag<?> flag : syntax.flags()) {
            boolean named = word.startsWith("--") ? flag.isNamed(word) : flag.isLetter(word.charAt(word.length() - 1));
            if (named && flag.takes() == Flag.Takes.VALUE) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }

    private static List<String> flags(Syntax syntax, String current) {
        List<String> flags = new ArrayList<>();
        for (Flag<?> flag : syntax.sortedFlags()) {
            String name = flag.longName();
            if (!flag.choices().isEmpty() && current.startsWith(name + "=")) {
                flag.choices().forEach(value -> flags.add(name + "=" + value));
            } else {
                flags.add(name + "\t" + flag.description());
                if (!flag.shortName().equals(name)) {
                    flags.add(flag.shortName() + "\t" + flag.description());
                }
            }
        }
        return flags;
    }

    private List<String> commandNames() {
        return verbs.stream()
                .filter(verb -> !verb.hidden())
                .map(verb -> verb.name() + "\t" + verb.summary())
                .toList();
    }

    private static List<String> matching(List<String> candidates, String prefix, String rest) {
        List<String> lines = new ArrayList<>();
        candidates.stream().filter(candidate -> candidate.startsWith(prefix)).forEach(lines::add);
        lines.add(rest);
        return lines;
    }
}

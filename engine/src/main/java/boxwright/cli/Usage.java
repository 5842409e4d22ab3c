package boxwright.cli;

import boxwright.explain.Paragraph;
import java.util.ArrayList;
import java.util.List;

/** The help texts, in Docker's layout. */
final class Usage {
    private static final int DEFAULT_WIDTH = 80;
    private static final int NARROWEST_TEXT = 24;

    private Usage() {}

    /** {@code boxwright --help}: the list of verbs, none of which is made for it. */
    static String commands(List<Verb> verbs) {
        List<Verb> shown = verbs.stream().filter(verb -> !verb.hidden()).toList();
        int column = shown.stream().mapToInt(verb -> verb.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder("Usage:  boxwright COMMAND\n\n")
                .append("A container engine that you can read: a container is a list of system calls\n\n")
                .append("Commands:\n");
        for (Verb verb : shown) {
            text.append("  ")
                    .append(pad(verb.name(), column))
                    .append("  ")
                    .append(verb.summary())
                    .append('\n');
        }
        return text.append("\nGlobal Options:\n")
                .append("  -h, --help      Print usage\n")
                .append("  -v, --version   Print version information and quit\n")
                .append("\nRun 'boxwright COMMAND --help' for more information on a command.\n")
                .toString();
    }

    /** {@code boxwright VERB --help}. */
    static String of(Syntax syntax, int width) {
        List<String> heads = new ArrayList<>();
        List<Flag<?>> flags = syntax.sortedFlags();
        for (Flag<?> flag : flags) {
            heads.add("  " + (flag.names().contains(",") ? "" : "    ") + flag.head());
        }
        int column = heads.stream().mapToInt(String::length).max().orElse(0) + 3;
        StringBuilder text = new StringBuilder("Usage:  ")
                .append(syntax.line())
                .append("\n\n")
                .append(syntax.summary())
                .append("\n\nOptions:\n");
        for (int i = 0; i < heads.size(); i++) {
            String description = flags.get(i).description();
            List<String> lines = Paragraph.lines(description, Math.max(NARROWEST_TEXT, width - column));
            text.append(pad(heads.get(i), column)).append(lines.getFirst()).append('\n');
            lines.stream()
                    .skip(1)
                    .forEach(
                            line -> text.append(" ".repeat(column)).append(line).append('\n'));
        }
        return text.toString();
    }

    /** The width that a shell exports, else 80; asking the terminal itself is the kernel layer's business. */
    static int terminalWidth(Console console) {
        return console.variable("COLUMNS")
                .filter(columns -> columns.matches("[1-9][0-9]{1,3}"))
                .map(Integer::parseInt)
                .orElse(DEFAULT_WIDTH);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}

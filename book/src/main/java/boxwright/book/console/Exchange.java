package boxwright.book.console;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command, and what it is expected to print.
 *
 * @param session the name before the prompt: whose input it is; empty for the shell itself
 * @param prompt as written, {@code "box# "}
 * @param command its lines, joined by line feeds
 * @param exitCode what it exits with
 * @param expected the lines of its output, with typed places
 */
public record Exchange(String session, String prompt, String command, int exitCode, List<String> expected) {
    private static final Pattern PROMPT = Pattern.compile("(([a-z][a-z0-9-]*)?[#$] )(.*)");
    private static final Pattern EXITS = Pattern.compile("\\s# exits with (\\d+)\\s*$");
    private static final String CONTINUED = "> ";

    public Exchange {
        expected = List.copyOf(expected);
    }

    static List<Exchange> of(ConsoleBlock block) {
        List<Exchange> exchanges = new ArrayList<>();
        List<String> lines = block.lines();
        int i = 0;
        while (i < lines.size()) {
            Matcher prompt = PROMPT.matcher(lines.get(i));
            if (!prompt.matches()) {
                throw new BookException("%s, line %d: a console block begins with a command, after # or $, not with: %s"
                        .formatted(block.chapter(), block.line() + i, lines.get(i)));
            }
            StringBuilder command = new StringBuilder(prompt.group(3));
            i++;
            while (i < lines.size() && lines.get(i).startsWith(CONTINUED)) {
                command.append('\n').append(lines.get(i++).substring(CONTINUED.length()));
            }
            List<String> expected = new ArrayList<>();
            while (i < lines.size() && !isCommand(lines.get(i))) {
                expected.add(lines.get(i++));
            }
            Matcher exits = EXITS.matcher(command);
            int exitCode = exits.find() ? Integer.parseInt(exits.group(1)) : 0;
            String session = prompt.group(2) == null ? "" : prompt.group(2);
            exchanges.add(new Exchange(session, prompt.group(1), command.toString(), exitCode, expected));
        }
        return exchanges;
    }

    /** Whether a line of a console block is typed by the reader. */
    public static boolean isCommand(String line) {
        return PROMPT.matcher(line).matches();
    }

    /** The command as it stands in the block, with its prompts. */
    public List<String> typed() {
        List<String> typed = new ArrayList<>();
        for (String line : command.split("\n", -1)) {
            typed.add((typed.isEmpty() ? prompt : CONTINUED) + line);
        }
        return typed;
    }
}

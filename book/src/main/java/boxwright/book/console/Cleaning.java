package boxwright.book.console;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Takes out of an output what a reader at a terminal would not see. */
final class Cleaning {
    /** JBang tells that it compiles a script, and only the first time. */
    private static final Pattern COMPILING = Pattern.compile("\\[jbang] (Building|Resolving|Artifact|Dependencies).*");
    /** A shell names the line of its script; at a terminal there is none. */
    private static final Pattern LINE = Pattern.compile("^bash: line \\d+: ");

    private Cleaning() {}

    /** The lines of an output. */
    static List<String> lines(String output) {
        List<String> lines = new ArrayList<>();
        for (String line : output.replace("\r\n", "\n").split("\n", -1)) {
            if (!COMPILING.matcher(line).matches()) {
                lines.add(LINE.matcher(line).replaceFirst("bash: ").stripTrailing());
            }
        }
        while (!lines.isEmpty() && lines.getLast().isEmpty()) {
            lines.removeLast();
        }
        return lines;
    }
}

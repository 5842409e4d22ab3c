package boxwright.cli;

import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.Status;
import boxwright.explain.Paragraph;
import java.util.List;

/**
 * Findings for a reader: a line a check, and below it, where something is missing, why that matters and what helps.
 *
 * @param width in characters
 * @param colour whether to use the escape sequences of a terminal, console_codes(4)
 */
public record FindingsText(int width, boolean colour) {
    private static final int WORD = 9;
    private static final int NARROWEST = 30;

    /** The text, with a line break at its end. */
    public String write(Findings findings) {
        int name = findings.checks().stream()
                        .mapToInt(check -> check.name().length())
                        .max()
                        .orElse(0)
                + 2;
        StringBuilder text = new StringBuilder();
        for (Findings.Group group : findings.groups()) {
            text.append(painted(group.title(), "1")).append('\n');
            group.checks().forEach(check -> write(check, name, text));
            text.append('\n');
        }
        return text.append(findings.summary())
                .append('\n')
                .append(verdict(findings))
                .toString();
    }

    private void write(Check check, int nameColumn, StringBuilder text) {
        int indent = 2 + WORD + nameColumn;
        String word = check.status().word();
        text.append("  ").append(painted(word, code(check.status()))).append(" ".repeat(WORD - word.length()));
        text.append(check.name()).append(" ".repeat(nameColumn - check.name().length()));
        wrapped(check.found(), indent, indent, text);
        if (!check.why().isEmpty()) {
            String step = check.step().isEmpty() ? "" : " (step " + check.step() + ")";
            labelled("why", check.why() + step, indent, text);
        }
        if (!check.fix().isEmpty()) {
            labelled("fix", check.fix(), indent, text);
        }
    }

    private void labelled(String label, String phrase, int indent, StringBuilder text) {
        text.append(" ".repeat(indent)).append(painted(label, "2")).append("  ");
        wrapped(phrase, indent + label.length() + 2, indent + label.length() + 2, text);
    }

    private String verdict(Findings findings) {
        List<Check> stoppers = findings.stoppers();
        if (stoppers.isEmpty()) {
            return painted("boxwright run works here.", "32") + "\n";
        }
        String names = String.join(", ", stoppers.stream().map(Check::name).toList());
        return painted("boxwright run does not work here", "31") + ", because of: " + names + ".\n";
    }

    private void wrapped(String phrase, int column, int indent, StringBuilder text) {
        List<String> lines = Paragraph.lines(phrase, Math.max(NARROWEST, width - column));
        text.append(lines.getFirst()).append('\n');
        lines.stream()
                .skip(1)
                .forEach(line -> text.append(" ".repeat(indent)).append(line).append('\n'));
    }

    private static String code(Status status) {
        return switch (status) {
            case OK -> "32";
            case LIMITED -> "33";
            case MISSING -> "31";
            case UNKNOWN -> "35";
        };
    }

    private String painted(String text, String code) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}

package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes one tree: {@link PlanTree} with the columns that its rows need. */
final class TreeWriter {
    /** The comments begin at this column at the latest, where the width is not known. */
    private static final int USUAL_CODE = 72;

    private static final int LEAST_CODE = 24;
    private static final int ROOMY = 96;
    private static final int LEAST_COMMENT = 16;
    private static final int TIME = 9;
    private static final int RESULT = 12;

    private enum Ink {
        CODE("1"),
        COMMENT("32"),
        HEADING("1;36"),
        QUIET("2"),
        TOLERATED("33"),
        FAILED("1;31");

        /** "Select Graphic Rendition" of console_codes(4). */
        private final String rendition;

        Ink(String rendition) {
            this.rendition = rendition;
        }
    }

    private final PlanTree tree;
    private final List<Row> rows;
    private final Optional<Outcomes> outcomes;
    /** The code of each row, empty for headings. */
    private final List<String> codes = new ArrayList<>();

    private final StringBuilder out = new StringBuilder();
    /** The width of time and result, before everything else. */
    private final int gutter;
    /** The most that rails and code may take. */
    private final int limit;
    /** Where the comments begin, counted after the gutter. */
    private final int column;

    TreeWriter(PlanTree tree, List<Row> rows, Optional<Outcomes> outcomes) {
        this.tree = tree;
        this.rows = rows;
        this.outcomes = outcomes;
        gutter = outcomes.isPresent() ? TIME + RESULT + 4 : 0;
        limit = tree.width() == 0 ? USUAL_CODE : Math.max(LEAST_CODE, (tree.width() - gutter) * 3 / 5);
        int longest = 0;
        for (Row row : rows) {
            String code = row.call().map(call -> code(row, call)).orElse("");
            int length = row.rails().length() + code.length();
            longest = !code.isEmpty() && length <= limit ? Math.max(longest, length) : longest;
            codes.add(code);
        }
        column = longest + 2;
    }

    String write() {
        outcomes.ifPresent(known ->
                out.append(paint(Ink.QUIET, left("µs", TIME) + "  result")).append('\n'));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            String code = codes.get(i);
            row.call().ifPresentOrElse(call -> line(row, call, code), () -> heading(row));
        }
        outcomes.ifPresent(known -> {
            total(known.worked(), "in " + known.count() + " calls, waiting not counted");
            known.untilProgram().ifPresent(nanos -> total(nanos, "from the first call until the program started"));
        });
        return out.toString();
    }

    private void total(long nanos, String what) {
        out.append(paint(Ink.QUIET, left(micros(nanos), TIME) + "  " + what)).append('\n');
    }

    private void heading(Row row) {
        out.append(" ".repeat(gutter)).append(paint(Ink.QUIET, row.rails()));
        out.append(paint(Ink.HEADING, row.heading())).append('\n');
    }

    private void line(Row row, Call call, String code) {
        outcomes.ifPresent(known -> gutter(call, known.of(call)));
        out.append(paint(Ink.QUIET, row.rails())).append(paint(Ink.CODE, code));
        if (!call.because().isEmpty()) {
            comment(row, call, row.rails().length() + code.length());
        }
        out.append('\n');
    }

    private void comment(Row row, Call call, int used) {
        String rails = row.rails().replace('╰', ' ') + (call.child().isEmpty() ? "" : "│ ");
        int start = Math.max(column, used + 2);
        int at = used;
        if (tree.width() > 0 && start > column) {
            // No room beside a long call: the comment goes below it.
            start = column;
            at = nextLine(rails);
        }
        for (String part : wrapped(call.because(), start)) {
            at = at > start ? nextLine(rails) : at;
            out.append(" ".repeat(start - at)).append(paint(Ink.COMMENT, "// " + part));
            at = Integer.MAX_VALUE;
        }
    }

    private int nextLine(String rails) {
        out.append('\n').append(" ".repeat(gutter)).append(paint(Ink.QUIET, rails));
        return rails.length();
    }

    private String code(Row row, Call call) {
        int room = tree.width() - gutter;
        // In a narrow terminal a call has the whole line, with its comment below.
        int most = tree.width() == 0 ? Integer.MAX_VALUE : room < ROOMY ? room : limit;
        return Row.code(call, most - row.rails().length());
    }

    private List<String> wrapped(String text, int start) {
        if (tree.width() == 0) {
            return List.of(text);
        }
        int room = Math.max(LEAST_COMMENT, tree.width() - gutter - start - "// ".length());
        return Paragraph.lines(text, room);
    }

    private void gutter(Call call, Outcome outcome) {
        Ink ink = switch (outcome.state()) {
            case FAILED -> Ink.FAILED;
            case TOLERATED -> Ink.TOLERATED;
            default -> Ink.QUIET;
        };
        String time = outcome.nanos().map(TreeWriter::micros).orElse("");
        out.append(paint(Ink.QUIET, left(time, TIME))).append("  ");
        String result = result(call, outcome);
        out.append(paint(ink, result)).append(" ".repeat(Math.max(0, RESULT - result.length()) + 2));
    }

    private static String result(Call call, Outcome outcome) {
        String error = Errno.name(outcome.report().map(Report::errno).orElse(0));
        return switch (outcome.state()) {
            case RETURNED -> outcome.value().orElse("");
            case TOLERATED -> error + " ok";
            case FAILED -> outcome.value().orElse(error) + " ✗";
            case PASSED -> "not timed";
            case GONE -> call.systemCall() == SystemCall.EXECVE ? "runs" : "ended";
            case NOT_NEEDED -> "not needed";
            case NOT_REACHED -> "not reached";
            case NO_REPORT -> "no report";
        };
    }

    private static String micros(long nanos) {
        // Not String.format: its machinery would cost a cold JVM as much as the rest of the tree.
        long tenths = (nanos + 50) / 100;
        return tenths / 10 + "." + tenths % 10;
    }

    private static String left(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private String paint(Ink ink, String text) {
        return tree.colour() && !text.isEmpty() ? "\033[" + ink.rendition + "m" + text + "\033[0m" : text;
    }
}

package boxwright.explain;

import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a container's milliseconds go: a picture (SVG 1.1) with a bar for each call on one time axis. At the top both
 * processes as a lane each; below, a row a call, in the colour of its chapter. It follows the reader's light or dark
 * colours, and needs no font, script or file beside it.
 */
public final class Waterfall {
    private static final int WIDTH = 1180;
    private static final int LABELS = 430;
    private static final int CHART = WIDTH - LABELS - 96;
    private static final int ROW = 16;
    private static final int LANE = 26;
    private static final int MARGIN = 20;
    /** Characters of code that fit in the column of the labels. */
    private static final int CODE = 60;
    /** As many colours as the style sheet has; chapters beyond share them. */
    private static final int COLOURS = 8;

    private final Outcomes outcomes;
    private final List<Row> rows;
    private final TimeAxis axis;
    private final Map<String, Long> chapters = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();
    private double y;

    private Waterfall(Plan plan, List<Report> reports) {
        outcomes = new Outcomes(plan, reports);
        rows = Row.of(plan);
        List<Long> events = new ArrayList<>();
        for (Row row : rows) {
            row.call().flatMap(this::bar).ifPresent(bar -> {
                events.add(bar.from());
                events.add(bar.to());
                chapters.merge(bar.call().chapter(), Outcomes.waits(bar.call()) ? 0 : bar.to() - bar.from(), Long::sum);
            });
        }
        axis = new TimeAxis(events, LABELS, CHART);
    }

    /** A call that was timed; times in nanoseconds from the first call. */
    private record Bar(Call call, Report report, long from, long to) {}

    /**
     * Draws a run.
     *
     * @param title a heading, such as the command
     * @param plan the plan that ran, {@link Plan#timed}
     * @param reports of that run
     * @throws IllegalArgumentException when no call was timed
     */
    public static String of(String title, Plan plan, List<Report> reports) {
        Waterfall picture = new Waterfall(plan, reports);
        if (picture.chapters.isEmpty()) {
            throw new IllegalArgumentException("no call has a time: run plan.timed() for a waterfall");
        }
        return picture.draw(title);
    }

    private Optional<Bar> bar(Call call) {
        Outcome outcome = outcomes.of(call);
        return outcome.report()
                .filter(report -> outcome.nanos().isPresent())
                .map(report -> new Bar(
                        call,
                        report,
                        report.startedNanos() - outcomes.start(),
                        report.endedNanos() - outcomes.start()));
    }

    private String draw(String title) {
        y = MARGIN + 14;
        text(MARGIN, y, "title", title);
        y += 20;
        text(MARGIN, y, "quiet", summary());
        y += 24;
        legend();
        y += 22;
        double top = y;
        y += 8;
        lane("monitor", false);
        lane("container", true);
        y += 10;
        for (Row row : rows) {
            if (row.call().isEmpty()) {
                heading(row);
            } else {
                bar(row.call().get()).ifPresent(bar -> row(row, bar));
            }
        }
        double height = y + MARGIN;
        return WaterfallStyle.head(WIDTH, height, title) + grid(top, y) + svg + "</svg>\n";
    }

    private String summary() {
        String calls = outcomes.count() + " system calls, " + TimeAxis.text(outcomes.worked()) + " in them";
        return outcomes.untilProgram()
                .map(nanos -> calls + "; the program started " + TimeAxis.text(nanos) + " after the first")
                .orElse(calls);
    }

    private void legend() {
        double x = MARGIN;
        for (Map.Entry<String, Long> chapter : chapters.entrySet()) {
            String name = (chapter.getKey().isEmpty() ? Row.OWN : chapter.getKey()) + "  "
                    + TimeAxis.text(chapter.getValue());
            rectangle(x, y - 9, 11, 11, colour(chapter.getKey()), "");
            text(x + 16, y, "legend", name);
            x += 16 + name.length() * 6.7 + 26;
        }
    }

    private String grid(double top, double bottom) {
        StringBuilder grid = new StringBuilder();
        for (long tick : axis.ticks()) {
            grid.append(format(
                    "<line class='grid' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>",
                    axis.x(tick), top, axis.x(tick), bottom));
            grid.append(format(
                    "<text class='tick' x='%.1f' y='%.1f'>%s</text>\n", axis.x(tick), top - 5, TimeAxis.tick(tick)));
        }
        if (axis.isCut()) {
            grid.append(format(
                    "<rect class='cut' x='%.1f' y='%.1f' width='14' height='%.1f'/>",
                    axis.cutAt() - 7, top, bottom - top));
            grid.append(format(
                    "<text class='time' x='%.1f' y='%.1f'>%s left out</text>\n",
                    axis.cutAt() - 7, bottom + 12, TimeAxis.text(axis.cutOut())));
        }
        outcomes.untilProgram().ifPresent(nanos -> {
            double x = axis.x(nanos);
            grid.append(format("<line class='mark' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", x, top, x, bottom));
            grid.append(
                    format("<text class='time before' x='%.1f' y='%.1f'>the program runs</text>\n", x, bottom + 12));
        });
        return grid.toString();
    }

    /** All calls of one process in one line. */
    private void lane(String name, boolean child) {
        text(LABELS - 12, y + LANE - 10, "lane", name);
        for (Row row : rows) {
            boolean inside = row.rails().startsWith("│") || row.rails().startsWith("╰");
            row.call().filter(call -> inside == child).flatMap(this::bar).ifPresent(bar -> box(bar, y + 2, LANE - 8));
        }
        y += LANE;
    }

    private void heading(Row row) {
        boolean any = rows.stream()
                .skip(rows.indexOf(row) + 1L)
                .takeWhile(next -> next.call().isPresent())
                .anyMatch(next -> next.call().flatMap(this::bar).isPresent());
        if (any) {
            y += 5;
            text(MARGIN + indent(row), y + 11, "heading", row.heading());
            y += ROW;
        }
    }

    private void row(Row row, Bar bar) {
        int room = CODE - indent(row) / 7;
        text(MARGIN + indent(row), y + 11.5, "code", ShortCode.of(bar.call(), room));
        box(bar, y + 2.5, ROW - 5);
        String length = TimeAxis.text(bar.to() - bar.from());
        String note = bar.report().errno() == 0
                ? length
                : length + "  " + Errno.name(bar.report().errno());
        double end = Math.max(axis.x(bar.to()), axis.x(bar.from()) + 1.5) + 5;
        // To the right of the middle all notes are before their bars, where there is room.
        boolean fits = axis.x(bar.from()) < LABELS + CHART * 0.55 && end + note.length() * 6 < WIDTH - 6;
        text(fits ? end : axis.x(bar.from()) - 5, y + 11.5, fits ? "time" : "time before", note);
        y += ROW;
    }

    private static int indent(Row row) {
        return row.rails().length() * 6;
    }

    private void box(Bar bar, double top, double height) {
        double from = axis.x(bar.from());
        String style = colour(bar.call().chapter());
        if (!bar.report().tolerated()) {
            style = "failed";
        } else if (Outcomes.waits(bar.call())) {
            style += " waits";
        }
        String because = bar.call().because().isEmpty() ? "" : "\n" + bar.call().because();
        String about = bar.call().code() + because + "\n" + TimeAxis.text(bar.to() - bar.from());
        rectangle(from, top, Math.max(1.5, axis.x(bar.to()) - from), height, style, about);
    }

    private String colour(String chapter) {
        if (chapter.isEmpty()) {
            return "own";
        }
        int number = 0;
        for (String name : chapters.keySet()) {
            if (name.equals(chapter)) {
                break;
            }
            number += name.isEmpty() ? 0 : 1;
        }
        return "c" + number % COLOURS;
    }

    private void rectangle(double x, double top, double width, double height, String style, String about) {
        svg.append(format(
                "<rect class='%s' x='%.2f' y='%.1f' width='%.2f' height='%.1f' rx='1.5'>",
                style, x, top, width, height));
        svg.append(about.isEmpty() ? "" : "<title>" + escaped(about) + "</title>")
                .append("</rect>\n");
    }

    private void text(double x, double baseline, String style, String words) {
        svg.append(format("<text class='%s' x='%.1f' y='%.1f'>%s</text>\n", style, x, baseline, escaped(words)));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    /** Control characters are not allowed in XML; a call's code has none, a title from outside may. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]", "?");
    }
}

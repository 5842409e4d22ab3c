import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns what {@code bench/run} measured into one table, as plain text and, when asked, as AsciiDoc.
 *
 * <pre>{@code java -cp engine/target/lib/gson.jar bench/Table.java WORK [FILE.adoc]}</pre>
 */
final class Table {
    private static final String COLD = "boxwright";
    private static final String WARM = "warm-bound";
    private static final String WHOLE = "warm-whole";

    private final Path work;
    private final Map<String, Row> rows = new LinkedHashMap<>();

    private Table(Path work) {
        this.work = work;
    }

    /**
     * One measured command.
     *
     * @param name what the table calls it
     * @param times of all rounds, in milliseconds, ascending; empty when it could not run
     * @param peak KiB, or 0
     * @param why it could not run
     */
    private record Row(String name, double[] times, long peak, String why) {
        double at(double part) {
            return times.length == 0 ? Double.NaN : times[(int) (part * (times.length - 1))];
        }

        double median() {
            return at(0.5);
        }
    }

    public static void main(String[] args) throws IOException {
        Table table = new Table(Path.of(args[0]));
        table.read();
        List<List<String>> cells = table.cells();
        System.out.print(table.header() + "\n" + plain(cells) + "\n" + table.memory() + "\n" + table.targets());
        if (args.length > 1 && !args[1].isEmpty()) {
            Files.writeString(Path.of(args[1]), table.asciidoc(cells));
        }
    }

    private void read() throws IOException {
        // One file has several of these rows.
        Map<String, List<Double>> inside = new HashMap<>();
        for (Path file : files("{warm,filter}.*.json")) {
            for (JsonElement result : results(file)) {
                String row = result.getAsJsonObject().get("command").getAsString();
                inside.computeIfAbsent(row, fresh -> new ArrayList<>()).addAll(times(result));
            }
        }
        for (String line : Files.readAllLines(work.resolve("names"))) {
            String[] parts = line.split("\\|", 2);
            List<Double> times = new ArrayList<>(inside.getOrDefault(parts[0], List.of()));
            for (Path file : files(parts[0] + ".*.json")) {
                times.addAll(times(results(file).getFirst()));
            }
            String group = parts[0].startsWith("warm-") ? "warm" : parts[0].startsWith("filter-") ? "filter" : parts[0];
            String why = text(group + ".why");
            String peak = text(parts[0] + ".peak");
            rows.put(
                    parts[0],
                    new Row(
                            parts[1],
                            times.stream().mapToDouble(Double::doubleValue).sorted().toArray(),
                            peak.isEmpty() ? 0 : Long.parseLong(peak),
                            why));
        }
    }

    private List<Path> files(String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(work.resolve("rows"), glob)) {
            stream.forEach(found::add);
        }
        return found;
    }

    private static List<JsonElement> results(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file))
                .getAsJsonObject()
                .getAsJsonArray("results")
                .asList();
    }

    private static List<Double> times(JsonElement result) {
        return result.getAsJsonObject().getAsJsonArray("times").asList().stream()
                .map(seconds -> seconds.getAsDouble() * 1000)
                .toList();
    }

    /** The last line of a small file, which may be absent. */
    private String text(String name) throws IOException {
        Path file = work.resolve("rows").resolve(name);
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return lines.isEmpty() ? "" : lines.getLast();
    }

    private List<List<String>> cells() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("", "median ms", "fastest", "95 %", "x cold", "x warm", "peak MB"));
        for (Row row : rows.values()) {
            if (row.times().length == 0) {
                cells.add(List.of(row.name(), row.why().isEmpty() ? "no figure" : row.why()));
                continue;
            }
            cells.add(List.of(
                    row.name(),
                    number(row.median(), 1),
                    number(row.at(0), 1),
                    number(row.at(0.95), 1),
                    number(row.median() / rows.get(COLD).median(), 2),
                    number(row.median() / rows.get(WARM).median(), 2),
                    row.peak() == 0 ? "" : number(row.peak() / 1024.0, 1)));
        }
        return cells;
    }

    private static String number(double value, int digits) {
        return Double.isNaN(value) ? "?" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String plain(List<List<String>> cells) {
        int first = cells.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (List<String> row : cells) {
            StringBuilder line = new StringBuilder(String.format("%-" + first + "s", row.getFirst()));
            if (row.size() == 2) {
                line.append("  ").append(row.get(1));
            } else {
                row.stream().skip(1).forEach(cell -> line.append(String.format("  %9s", cell)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String header() throws IOException {
        return Files.readString(work.resolve("header"));
    }

    /** A line {@code row|process|KiB} becomes a line of text. */
    private String memory() throws IOException {
        StringBuilder text = new StringBuilder("Private memory while a container sleeps, KB:\n");
        for (String[] parts : sleeping()) {
            text.append(String.format("  %-10s  %8s  %s%n", parts[0], parts[2], parts[1]));
        }
        return text.toString();
    }

    private List<String[]> sleeping() throws IOException {
        return Files.readAllLines(work.resolve("sleeping")).stream()
                .map(line -> line.split("\\|"))
                .toList();
    }

    /** What we want to reach, and what was reached. */
    private String targets() throws IOException {
        long monitor = sleeping().stream()
                .filter(parts -> parts[0].equals(COLD) && parts[1].startsWith("boxwright: monitor"))
                .mapToLong(parts -> Long.parseLong(parts[2]))
                .findFirst()
                .orElse(-1);
        return Stream.of(
                        target("warm, root bound, of the same calls in C", WARM, "bound-c", 1.5),
                        target("warm, root bound, of unshare and mount(8)", WARM, "same-sh", 1.5),
                        target("warm, root bound, of a bare unshare", WARM, "unshare", 1.5),
                        target("warm, all of run, of the same calls in C", WHOLE, "whole-c", 1.5),
                        target("warm, all of run, of crun run", WHOLE, "crun", 1),
                        target("cold run, of java hello world", COLD, "java", 130.0 / 40),
                        target("cold run, of podman run", COLD, "podman", 0.5),
                        limit("cold run, more than six namespaces and no more", more(COLD, "cold-bound"), 30),
                        limit("seccomp, compiled cold", rows.get("filter-compile").median(), 5),
                        limit("seccomp, from the cache", rows.get("filter-cache").median(), 5),
                        String.format(
                                "  %-50s %6s KB  (at most 200)  %s",
                                "private memory of the monitor",
                                monitor < 0 ? "?" : monitor,
                                monitor < 0 ? "not measured" : monitor <= 200 ? "reached" : "MISSED"))
                .collect(Collectors.joining("\n", "Targets, medians:\n", "\n"));
    }

    private String target(String what, String ours, String theirs, double limit) {
        double ratio = rows.get(ours).median() / rows.get(theirs).median();
        String verdict = Double.isNaN(ratio) ? "not measured" : ratio <= limit ? "reached" : "MISSED";
        return String.format(
                Locale.ROOT, "  %-50s %6s x   (at most %.2f)  %s", what, number(ratio, 2), limit, verdict);
    }

    private double more(String one, String other) {
        return rows.get(one).median() - rows.get(other).median();
    }

    private static String limit(String what, double milliseconds, double limit) {
        String verdict = Double.isNaN(milliseconds) ? "not measured" : milliseconds <= limit ? "reached" : "MISSED";
        return String.format(
                Locale.ROOT, "  %-50s %6s ms  (at most %.0f)  %s", what, number(milliseconds, 1), limit, verdict);
    }

    private String asciidoc(List<List<String>> cells) throws IOException {
        StringBuilder text = new StringBuilder("// Written by bench/run --adoc; do not edit.\n");
        text.append(block(header())).append("[cols=\"5,1,1,1,1,1,1\",options=\"header\"]\n|===\n");
        for (List<String> row : cells) {
            // A row that could not run has its reason across all columns.
            String between = row.size() == 2 ? " 6+| " : " | ";
            text.append("| ")
                    .append(row.stream().map(cell -> cell.replace("|", "\\|")).collect(Collectors.joining(between)))
                    .append('\n');
        }
        return text.append("|===\n\n").append(block(memory())).append(block(targets())).toString();
    }

    private static String block(String text) {
        return Arrays.stream(text.split("\n"))
                .collect(Collectors.joining("\n", "----\n", "\n----\n\n"));
    }
}

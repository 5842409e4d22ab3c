package boxwright.book.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compares what was expected, with its typed places, with what was printed. */
final class ExpectedOutput {
    /** Any lines, or anything within one. */
    static final String ANY = "...";

    private static final Pattern PART = Pattern.compile(Place.WRITTEN.pattern() + "|\\.\\.\\.|\\s+");

    private ExpectedOutput() {}

    /**
     * A successful comparison.
     *
     * @param shown a line of {@link Seen} for each expected line
     * @param labels the values of the labelled places of the chapter so far, by {@code kind:label}
     */
    record Match(List<String> shown, Map<String, String> labels) {}

    /** Compares; empty where it differs. */
    static Optional<Match> match(List<String> expected, List<String> actual, Map<String, String> labels) {
        return match(expected, 0, actual, 0, labels)
                .map(found -> new Match(found.shown().reversed(), found.labels()));
    }

    private static Optional<Match> match(
            List<String> expected, int i, List<String> actual, int j, Map<String, String> labels) {
        if (i == expected.size()) {
            return j == actual.size() ? Optional.of(new Match(new ArrayList<>(), labels)) : Optional.empty();
        }
        if (expected.get(i).strip().equals(ANY)) {
            for (int next = j; next <= actual.size(); next++) {
                Optional<Match> rest = match(expected, i + 1, actual, next, labels);
                if (rest.isPresent()) {
                    rest.get().shown().add(Seen.LEFT_OUT);
                    return rest;
                }
            }
            return Optional.empty();
        }
        if (j == actual.size()) {
            return Optional.empty();
        }
        Map<String, String> known = new HashMap<>(labels);
        Optional<String> shown = line(expected.get(i), actual.get(j), known);
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        Optional<Match> rest = match(expected, i + 1, actual, j + 1, known);
        rest.ifPresent(found -> found.shown().add(shown.get()));
        return rest;
    }

    /** Compares one line. Adds the values of labelled places to {@code labels}. */
    static Optional<String> line(String expected, String actual, Map<String, String> labels) {
        List<String> kinds = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Matcher line = pattern(expected, kinds, names).matcher(actual.stripTrailing());
        if (!line.matches()) {
            return Optional.empty();
        }
        StringBuilder shown = new StringBuilder();
        int end = 0;
        for (int group = 1; group <= line.groupCount(); group++) {
            String kind = kinds.get(group - 1);
            String value = line.group(group);
            if (!agrees(kind, names.get(group - 1), value, labels)) {
                return Optional.empty();
            }
            shown.append(actual, end, line.start(group));
            shown.append(kind.equals(ANY) ? Seen.LEFT_OUT : Seen.value(Place.of(kind), value));
            end = line.end(group);
        }
        return Optional.of(shown.append(actual.stripTrailing().substring(end)).toString());
    }

    /** The same label is the same value, and another label of its kind another value. */
    private static boolean agrees(String kind, String name, String value, Map<String, String> labels) {
        if (name.isEmpty()) {
            return true;
        }
        String label = kind + ":" + name;
        for (Map.Entry<String, String> known : labels.entrySet()) {
            boolean same = known.getKey().equals(label);
            if (same != known.getValue().equals(value) && known.getKey().startsWith(kind + ":")) {
                return false;
            }
        }
        labels.put(label, value);
        return true;
    }

    private static Pattern pattern(String expected, List<String> kinds, List<String> names) {
        StringBuilder pattern = new StringBuilder();
        Matcher part = PART.matcher(expected.stripTrailing());
        int end = 0;
        while (part.find()) {
            pattern.append(Pattern.quote(expected.substring(end, part.start())));
            if (part.group().isBlank()) {
                // How wide a column is depends on what else is in it.
                pattern.append(part.start() == 0 ? "\\s*" : "\\s+");
            } else if (part.group().equals(ANY)) {
                kinds.add(ANY);
                names.add("");
                pattern.append("(.*)");
            } else {
                kinds.add(part.group(1));
                names.add(part.group(2) == null ? "" : part.group(2));
                pattern.append('(').append(Place.of(part.group(1)).pattern()).append(')');
            }
            end = part.end();
        }
        pattern.append(Pattern.quote(expected.stripTrailing().substring(end)));
        return Pattern.compile((expected.startsWith(" ") ? "" : "\\s*") + pattern);
    }
}

package boxwright.book.console;

import boxwright.book.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what was printed in the place of what was expected, and keeps the typed places that still fit. */
final class Rewriting {
    /** Words and what is between them. */
    private static final Pattern WORD = Pattern.compile("<[a-z]+(?::[\\w-]+)?>|[A-Za-z0-9_.]+|.");
    /** In {@code pid:[4026531836]} the number always varies. */
    private static final Pattern NAMESPACE = Pattern.compile("\\b(\\w+:\\[)\\d{8,}]");

    private Rewriting() {}

    /** The expected lines for an output, as near to the old ones as they can be. */
    static List<String> of(List<String> expected, List<String> actual, Map<String, String> labels) {
        int[][] same = new int[expected.size() + 1][actual.size() + 1];
        for (int i = expected.size() - 1; i >= 0; i--) {
            for (int j = actual.size() - 1; j >= 0; j--) {
                same[i][j] = fits(expected.get(i), actual.get(j), labels)
                        ? same[i + 1][j + 1] + 1
                        : Math.max(same[i + 1][j], same[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < expected.size() || j < actual.size()) {
            boolean any = i < expected.size() && expected.get(i).strip().equals(ExpectedOutput.ANY);
            if (any) {
                lines.add(ExpectedOutput.ANY);
                i++;
                // It stands for all that fits to no later line.
                while (j < actual.size() && (i == expected.size() || same[i][j] == same[i][j + 1] && same[i][j] > 0)) {
                    j++;
                }
            } else if (i < expected.size()
                    && j < actual.size()
                    && same[i][j] > 0
                    && fits(expected.get(i), actual.get(j), labels)) {
                lines.add(expected.get(i++));
                j++;
            } else if (j < actual.size() && (i == expected.size() || same[i][j + 1] >= same[i + 1][j])) {
                String old = i < expected.size() && same[i + 1][j + 1] == same[i][j] ? expected.get(i++) : "";
                lines.add(line(old, actual.get(j++), labels));
            } else {
                i++;
            }
        }
        return lines;
    }

    private static boolean fits(String expected, String actual, Map<String, String> labels) {
        return !expected.strip().equals(ExpectedOutput.ANY)
                && ExpectedOutput.line(expected, actual, new HashMap<>(labels)).isPresent();
    }

    /** A new line, with the places of the old one where the same number of words leads to them. */
    private static String line(String old, String actual, Map<String, String> labels) {
        List<String> before = words(old);
        List<String> now = words(actual);
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < now.size(); i++) {
            Optional<Matcher> place = Optional.of(i)
                    .filter(at -> before.size() == now.size())
                    .map(at -> Place.WRITTEN.matcher(before.get(at)))
                    .filter(Matcher::matches);
            String word = now.get(i);
            boolean keeps = place.isPresent()
                    && word.matches(Place.of(place.get().group(1)).pattern());
            line.append(keeps ? before.get(i) : label(word, labels));
        }
        return NAMESPACE.matcher(line).replaceAll("$1<inode>]").stripTrailing();
    }

    /** A long number that a label of the chapter stands for is that label again. */
    private static String label(String word, Map<String, String> labels) {
        return labels.entrySet().stream()
                .filter(label -> word.length() > 2 && label.getValue().equals(word))
                .findFirst()
                .map(label -> "<" + label.getKey() + ">")
                .orElse(word);
    }

    private static List<String> words(String line) {
        return WORD.matcher(line)
                .results()
                .map(java.util.regex.MatchResult::group)
                .toList();
    }

    static void write(
            Checkout checkout, String chapter, List<ConsoleBlock> blocks, Map<Integer, List<String>> rewritten) {
        Path file = checkout.chapters().resolve(chapter + ".adoc");
        List<String> lines = new ArrayList<>(checkout.read(file).lines().toList());
        // From the last one to the first, so that the numbers of the lines before still hold.
        for (ConsoleBlock block : blocks.reversed()) {
            List<String> now = rewritten.get(block.index());
            if (now != null) {
                List<String> place = lines.subList(
                        block.line() - 1, block.line() - 1 + block.lines().size());
                place.clear();
                place.addAll(now);
            }
        }
        try {
            Files.writeString(file, String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

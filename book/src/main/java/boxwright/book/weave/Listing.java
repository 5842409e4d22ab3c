package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code listing::PATH[]}: a file of the checkout, or tagged lines of it with the whole file folded below. */
final class Listing implements Expansion {
    /** Longer than any line of hyphens or equal signs in a source. */
    private static final String LISTING = "-".repeat(24);

    private static final String FOLD = "=".repeat(24);
    private static final Pattern TAG = Pattern.compile("\\s*(?://|#)\\s*(tag|end)::([\\w-]+)\\[]\\s*");

    private final Checkout checkout;

    Listing(Checkout checkout) {
        this.checkout = checkout;
    }

    @Override
    public List<String> lines(String path, Map<String, String> attributes, boolean html) {
        List<String> whole = checkout.read(path).lines().toList();
        List<String> lines = new ArrayList<>();
        if (attributes.containsValue("folded")) {
            lines.addAll(html ? folded(path, whole) : named(path, whole));
            return lines;
        }
        List<String> tags = tags(attributes);
        if (tags.isEmpty()) {
            lines.addAll(listing(path, path, untagged(whole)));
            return lines;
        }
        List<String> chosen = new ArrayList<>();
        for (String tag : tags) {
            if (!chosen.isEmpty()) {
                chosen.add("");
            }
            chosen.addAll(tagged(path, whole, tag));
        }
        lines.addAll(listing(path, path, chosen));
        if (!attributes.getOrDefault("fold", "").equals("no")) {
            lines.addAll(html ? folded(path, whole) : named(path, whole));
        }
        return lines;
    }

    static List<String> tags(Map<String, String> attributes) {
        String tags = attributes.getOrDefault("tags", attributes.getOrDefault("tag", ""));
        return tags.isEmpty() ? List.of() : List.of(tags.split("[;,]"));
    }

    private static List<String> listing(String title, String path, List<String> lines) {
        List<String> listing = new ArrayList<>();
        listing.add(".`+" + title + "+`");
        listing.add("[source.file," + language(path) + "]");
        listing.add(LISTING);
        listing.addAll(lines);
        listing.add(LISTING);
        listing.add("");
        return listing;
    }

    private static List<String> folded(String path, List<String> whole) {
        List<String> lines = untagged(whole);
        List<String> fold = new ArrayList<>();
        fold.add(".The whole of `+" + path + "+`, " + lines.size() + " lines");
        fold.add("[.whole-file%collapsible]");
        fold.add(FOLD);
        fold.add("[source.file," + language(path) + "]");
        fold.add(LISTING);
        fold.addAll(lines);
        fold.add(LISTING);
        fold.add(FOLD);
        fold.add("");
        return fold;
    }

    /** Paper does not fold: there a file that is not read is named. */
    private static List<String> named(String path, List<String> whole) {
        return List.of("_The whole of `+" + path + "+` has " + untagged(whole).size() + " lines._", "");
    }

    private static String language(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "java" -> "java";
            case "sh" -> "sh";
            case "json" -> "json";
            case "xml" -> "xml";
            default -> "text";
        };
    }

    /** Without the lines that begin and end a tag. */
    private static List<String> untagged(List<String> lines) {
        return lines.stream().filter(line -> !TAG.matcher(line).matches()).toList();
    }

    private static List<String> tagged(String path, List<String> lines, String tag) {
        List<String> chosen = new ArrayList<>();
        boolean inside = false;
        boolean found = false;
        for (String line : lines) {
            Matcher mark = TAG.matcher(line);
            if (mark.matches()) {
                if (mark.group(2).equals(tag)) {
                    inside = mark.group(1).equals("tag");
                    found = true;
                }
            } else if (inside) {
                chosen.add(line);
            }
        }
        if (!found || inside) {
            throw new BookException(path + (found ? " does not end the tag " : " has no tag ") + tag);
        }
        return dedented(chosen);
    }

    private static List<String> dedented(List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return lines.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .toList();
    }
}

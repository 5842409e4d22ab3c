package boxwright.book.tour;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A chapter's text for a terminal: its paragraphs and headings, without markup, listings and pictures. */
final class Prose {
    private static final Pattern VERBATIM = Pattern.compile("-{4,}|\\.{4,}|\\+{4,}|/{4,}");
    private static final Pattern MACHINERY =
            Pattern.compile("(?:\\[.*]|:[\\w!-]+:.*|//.*|[a-z-]+::\\S*\\[.*]|[=*]{4,}|\\|.*|\\+|\\..*)");
    private static final Pattern LINK = Pattern.compile("(?:xref|link|chapter|man):([\\w./#-]+)\\[([^\\]]*)]");
    private static final Pattern MARKUP =
            Pattern.compile("(?<![\\w`*_])([`*_+]{1,2})(?=\\S)(.+?)(?<=\\S)\\1(?![\\w`*_])");

    private Prose() {}

    /**
     * Paragraphs of at most so many characters a line.
     *
     * @param source lines of AsciiDoc
     */
    static List<String> paragraphs(List<String> source) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : source) {
            String text = line.replaceFirst("^\\[\\[[^]]*]]", "");
            if (text.matches("={2,6} .*")) {
                flush(paragraph, paragraphs);
                paragraphs.add("# " + plain(text.replaceFirst("=+ ", "")));
            } else if (text.isBlank()
                    || VERBATIM.matcher(text).matches()
                    || MACHINERY.matcher(text).matches()
                    || text.startsWith("= ")) {
                flush(paragraph, paragraphs);
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(text.strip());
            }
        }
        flush(paragraph, paragraphs);
        return paragraphs;
    }

    private static void flush(StringBuilder paragraph, List<String> paragraphs) {
        if (!paragraph.isEmpty()) {
            paragraphs.add(plain(paragraph.toString()));
            paragraph.setLength(0);
        }
    }

    /** Without markup. */
    static String plain(String text) {
        String plain =
                LINK.matcher(text).replaceAll(link -> Matcher.quoteReplacement(link(link.group(1), link.group(2))));
        for (int nested = 0; nested < 3; nested++) {
            plain = MARKUP.matcher(plain).replaceAll("$2");
        }
        return plain.replace(":: ", ": ");
    }

    private static String link(String target, String words) {
        if (words.matches("\\d\\w?")) {
            return target + "(" + words + ")";
        }
        return words.isEmpty() ? target.replaceFirst("^(\\d\\d)-.*", "chapter $1") : words;
    }
}

package boxwright.book.console;

import boxwright.book.Checkout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The console blocks of a chapter's source, with their places in it: what rewriting them needs, and AsciidoctorJ does not
 * tell. It knows no more of AsciiDoc than where a listing begins and ends.
 */
public final class ChapterSource {
    private static final Pattern CONSOLE = Pattern.compile("\\[source(?:#[\\w-]+)?,\\s*console(.*)]");
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)=(?:\"([^\"]*)\"|([^,]*))");
    private static final Pattern VERBATIM = Pattern.compile("-{4,}|\\.{4,}|\\+{4,}|/{4,}");
    private static final Pattern NEEDS = Pattern.compile(":needs:\\s*(.*)");

    private ChapterSource() {}

    /** The console blocks of a chapter, in order. */
    public static List<ConsoleBlock> blocks(Checkout checkout, String chapter) {
        return blocks(chapter, checkout.read("chapters/" + chapter + ".adoc"));
    }

    static List<ConsoleBlock> blocks(String chapter, String source) {
        List<String> lines = source.lines().toList();
        List<ConsoleBlock> blocks = new ArrayList<>();
        List<String> before = new ArrayList<>();
        Map<String, String> header = new HashMap<>();
        Map<String, String> attributes = new HashMap<>();
        boolean console = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            Matcher start = CONSOLE.matcher(line);
            Matcher needs = NEEDS.matcher(line);
            if (needs.matches()) {
                header.put("chapter-needs", needs.group(1));
            } else if (start.matches()) {
                console = true;
                attributes = attributes(start.group(1));
            } else if (VERBATIM.matcher(line).matches()) {
                int end = end(lines, i);
                if (console) {
                    attributes.putAll(header);
                    blocks.add(new ConsoleBlock(
                            chapter, blocks.size(), i + 2, attributes, lines.subList(i + 1, end), before));
                    before = new ArrayList<>();
                }
                console = false;
                i = end;
            } else {
                // Titles and other attribute lists may stand between [source,console] and its listing.
                console &= line.startsWith(".") || line.startsWith("[");
                before.add(line);
            }
        }
        return blocks;
    }

    private static int end(List<String> lines, int start) {
        int end = start + 1;
        while (end < lines.size() && !lines.get(end).equals(lines.get(start))) {
            end++;
        }
        return end;
    }

    private static Map<String, String> attributes(String list) {
        Map<String, String> attributes = new HashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(list);
        while (attribute.find()) {
            String quoted = attribute.group(2);
            attributes.put(
                    attribute.group(1), quoted == null ? attribute.group(3).strip() : quoted);
        }
        return attributes;
    }
}

package boxwright.book.picture;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The namespaces of two processes side by side, from what {@code ls -l /proc/…/ns} or {@code readlink} printed. */
public final class Namespaces {
    private static final Pattern NAMESPACE = Pattern.compile("\\b(cgroup|ipc|mnt|net|pid|time|user|uts):\\[([^\\]]+)]");
    private static final int WIDTH = 520;
    private static final int ROW = 40;
    private static final int TOP = 56;

    private Namespaces() {}

    /**
     * Draws them.
     *
     * @param labels what both are called
     * @param printed what was printed of each
     */
    public static Drawing of(List<String> labels, List<List<String>> printed) {
        if (labels.size() != 2 || printed.size() != 2) {
            throw new BookException("namespaces are drawn of two processes: of=\"ID,ID\",labels=\"WORDS,WORDS\"");
        }
        Map<String, String> one = parse(printed.getFirst());
        Map<String, String> other = parse(printed.getLast());
        List<String> kinds = new ArrayList<>(one.keySet());
        kinds.retainAll(other.keySet());
        if (kinds.isEmpty()) {
            throw new BookException("both blocks should print the same namespaces, as in pid:[4026531836]");
        }
        int height = TOP + kinds.size() * ROW + 16;
        StringBuilder svg = new StringBuilder(LiveStyle.head(WIDTH, height, "Namespaces"));
        svg.append(Svg.format("<text class='head middle' x='110' y='32'>%s</text>", Svg.text(labels.getFirst())));
        svg.append(Svg.format("<text class='head middle' x='410' y='32'>%s</text>\n", Svg.text(labels.getLast())));
        List<String> own = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            String kind = kinds.get(i);
            boolean same = one.getOrDefault(kind, "").equals(other.getOrDefault(kind, "?"));
            row(svg, TOP + i * ROW, kind, one.getOrDefault(kind, ""), other.getOrDefault(kind, ""), same);
            if (!same) {
                own.add(kind);
            }
        }
        String words = own.isEmpty()
                ? "both have the same"
                : "different are " + String.join(", ", own) + "; the others are the same";
        return new Drawing(
                svg.append("</svg>\n").toString(),
                "Namespaces of " + labels.getFirst() + " and " + labels.getLast() + ": " + words);
    }

    private static void row(StringBuilder svg, int y, String kind, String one, String other, boolean same) {
        int height = ROW - 10;
        if (same) {
            svg.append(Svg.format("<rect class='box' x='10' y='%d' width='500' height='%d' rx='6'/>", y, height));
            svg.append(Svg.format("<text class='code middle' x='260' y='%d'>%s</text>\n", y + 20, label(kind, one)));
            return;
        }
        svg.append(Svg.format("<rect class='box' x='10' y='%d' width='200' height='%d' rx='6'/>", y, height));
        svg.append(Svg.format("<text class='code middle' x='110' y='%d'>%s</text>", y + 20, label(kind, one)));
        svg.append(Svg.format("<text class='owntext middle' x='260' y='%d'>its own</text>", y + 20));
        svg.append(Svg.format("<rect class='own' x='310' y='%d' width='200' height='%d' rx='6'/>", y, height));
        svg.append(Svg.format("<text class='code middle' x='410' y='%d'>%s</text>\n", y + 20, label(kind, other)));
    }

    private static String label(String kind, String inode) {
        return Svg.text(kind + ":[" + inode + "]");
    }

    private static Map<String, String> parse(List<String> lines) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher namespace = NAMESPACE.matcher(line);
            while (namespace.find()) {
                found.putIfAbsent(namespace.group(1), namespace.group(2));
            }
        }
        return found;
    }
}

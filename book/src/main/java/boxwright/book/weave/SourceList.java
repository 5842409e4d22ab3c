package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code sources::PATH[]}: files that have a page each, as a list of links: a file, or all Java files of a directory. For what
 * would be too much to fold into the chapter's own page.
 */
public final class SourceList implements Expansion {
    private static final Pattern COMMENT = Pattern.compile("/\\*\\*(.*?)(?:\\*/|\n \\* ?@|\n \\* <)", Pattern.DOTALL);
    private static final Pattern INLINE = Pattern.compile("\\{@\\w+ ([^}]*)}");

    private final Checkout checkout;

    SourceList(Checkout checkout) {
        this.checkout = checkout;
    }

    /** The files that a target names. */
    public static List<String> files(Checkout checkout, String target) {
        if (Files.isRegularFile(checkout.root().resolve(target))) {
            return List.of(target);
        }
        List<String> files = checkout.files(target, ".java").stream()
                .filter(file -> !file.endsWith("package-info.java"))
                .toList();
        if (files.isEmpty()) {
            throw new BookException("there is no file and no directory with Java files called " + target);
        }
        return files;
    }

    /** The page of a file. */
    public static String page(String path) {
        String name = path.replace("engine/src/main/java/boxwright/", "").replaceFirst("\\.java$", "");
        return "source-" + name.replaceAll("[^A-Za-z0-9-]", "-") + ".html";
    }

    @Override
    public List<String> lines(String target, Map<String, String> attributes, boolean html) {
        List<String> lines = new ArrayList<>(List.of("[.sources]"));
        for (String file : files(checkout, target)) {
            String source = checkout.read(file);
            String name = "`+" + file.substring(file.lastIndexOf('/') + 1) + "+`";
            String link = html ? "link:" + page(file) + "[" + name + "]" : name;
            String sentence = sentence(source);
            lines.add("* " + link + ", " + source.lines().count() + " lines"
                    + (sentence.isEmpty() ? "" : ". pass:c[" + sentence.replace("]", "\\]") + "]"));
        }
        lines.add("");
        return lines;
    }

    /** The first one of the first Javadoc. */
    private static String sentence(String source) {
        Matcher comment = COMMENT.matcher(source);
        if (!comment.find()) {
            return "";
        }
        String text = comment.group(1).replaceAll("\\n \\*", " ").replaceAll("\\s+", " ").strip();
        String plain = INLINE.matcher(text).replaceAll("$1");
        int end = plain.indexOf(". ");
        return end < 0 ? plain : plain.substring(0, end + 1);
    }
}

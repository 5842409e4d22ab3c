package boxwright.book.picture;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares a drawing for where it is shown. A drawing is a file that looks right by itself, in light and in dark: its colours
 * are variables of a rule {@code svg { … }}, with a second set in a {@code prefers-color-scheme} rule.
 */
public final class Svg {
    private static final Pattern PROLOGUE =
            Pattern.compile("^\\s*(<\\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)\\s*", Pattern.DOTALL);
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
    private static final Pattern DARK =
            Pattern.compile("@media \\(prefers-color-scheme: dark\\)\\s*\\{\\s*svg\\s*\\{(.*?)}\\s*}", Pattern.DOTALL);
    private static final Pattern VARIABLE = Pattern.compile("(--[\\w-]+)\\s*:\\s*([^;}]+)");
    private static final Pattern USE = Pattern.compile("var\\((--[\\w-]+)\\)");
    private static final Pattern VIEW = Pattern.compile("viewBox=['\"]0 0 ([\\d.]+) ");
    private static final Pattern ID = Pattern.compile("\\bid=(['\"])([\\w-]+)\\1");

    private Svg() {}

    /**
     * For a page: in its text, where the reader's choice of theme reaches it. Its rules hold for itself only, and its ids are
     * unlike those of other drawings.
     */
    public static String inline(String svg, String id, String alternative) {
        String drawing = withoutPrologue(svg);
        Matcher ids = ID.matcher(drawing);
        StringBuilder text = new StringBuilder();
        Map<String, String> names = new HashMap<>();
        while (ids.find()) {
            names.put(ids.group(2), id + "-" + ids.group(2));
            ids.appendReplacement(text, Matcher.quoteReplacement("id=\"" + id + "-" + ids.group(2) + "\""));
        }
        drawing = ids.appendTail(text).toString();
        for (Map.Entry<String, String> name : names.entrySet()) {
            drawing = drawing.replace("url(#" + name.getKey() + ")", "url(#" + name.getValue() + ")")
                    .replace("href=\"#" + name.getKey() + "\"", "href=\"#" + name.getValue() + "\"");
        }
        Matcher style = STYLE.matcher(drawing);
        if (style.find()) {
            String rules = scoped(style.group(1), id);
            drawing = drawing.substring(0, style.start()) + "<style>" + rules + "</style>"
                    + drawing.substring(style.end());
        }
        String head = "<svg id=\"" + id + "\" role=\"img\" aria-label=\"" + attribute(alternative) + "\" ";
        drawing = drawing.replaceFirst("\\srole=(['\"])img\\1", "")
                .replaceFirst("\\saria-labelledby=(['\"])[^'\"]*\\1", "")
                .replaceFirst("(<svg[^>]*)\\swidth=(['\"])[\\d.]+\\2\\sheight=(['\"])[\\d.]+\\3", "$1");
        Matcher size = VIEW.matcher(drawing);
        // Its letters shall not be larger than those of the text.
        String width = size.find() ? "style=\"max-width: " + size.group(1) + "px\" " : "";
        return drawing.replaceFirst("<svg ", Matcher.quoteReplacement(head + width))
                .strip();
    }

    private static String scoped(String css, String id) {
        String rules = DARK.matcher(css)
                .replaceAll(dark -> Matcher.quoteReplacement(
                        "@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) & {" + dark.group(1)
                                + "} } " + ":root[data-theme=dark] & {" + dark.group(1) + "}"));
        rules = rules.replaceFirst("(^|[\\s}])svg\\s*\\{", "$1& {").replaceAll("background:[^;]*;", "");
        return "#" + id + " { " + rules.replaceAll("\\s+", " ").strip() + " }";
    }

    /**
     * For paper: with the light colours in the place of the variables, which its programs do not know, and the PDF's own fonts
     * before those that it would take for the general ones, which have no letters but Latin.
     */
    public static String forPaper(String svg) {
        String drawing = DARK.matcher(withoutPrologue(svg)).replaceAll("");
        Map<String, String> values = new HashMap<>();
        Matcher style = STYLE.matcher(drawing);
        if (style.find()) {
            Matcher variable = VARIABLE.matcher(style.group(1));
            while (variable.find()) {
                values.putIfAbsent(variable.group(1), variable.group(2).strip());
            }
        }
        return USE.matcher(drawing)
                .replaceAll(use -> Matcher.quoteReplacement(values.getOrDefault(use.group(1), "#000000")))
                .replaceFirst("--[\\w-]+\\s*:[^{}]*?(?=font-family|background|})", "")
                .replace(", sans-serif", ", \"Noto Sans\", sans-serif")
                .replace(", monospace", ", \"M+ 1mn\", monospace");
    }

    private static String withoutPrologue(String svg) {
        String drawing = svg;
        for (Matcher prologue = PROLOGUE.matcher(drawing); prologue.find(); prologue = PROLOGUE.matcher(drawing)) {
            drawing = drawing.substring(prologue.end());
        }
        return drawing;
    }

    /** Text inside a drawing. */
    static String text(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String attribute(String text) {
        return text(text).replace("\"", "&quot;");
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}

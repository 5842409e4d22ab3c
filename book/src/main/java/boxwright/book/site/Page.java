package boxwright.book.site;

import boxwright.book.Contents;
import boxwright.book.Contents.Chapter;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A whole page: a chapter with the book around it. */
final class Page {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    private final String template = Assets.text("page.html");
    private final Contents contents;

    Page(Contents contents) {
        this.contents = contents;
    }

    String of(Chapter chapter, String description, Fragment fragment) {
        List<Chapter> all = contents.chapters();
        int index = all.indexOf(chapter);
        Map<String, String> values = Map.of(
                "title", Html.escaped(chapter.title()),
                "description", Html.escaped(description),
                "kicker",
                        chapter.number()
                                .map(n -> "<p class=\"kicker\">Chapter " + n + "</p>")
                                .orElse(""),
                "contents", navigation(chapter, fragment),
                "body", fragment.html(),
                "previous", index > 0 ? step(all.get(index - 1), "prev", "Previous") : "<span></span>",
                "next", index + 1 < all.size() ? step(all.get(index + 1), "next", "Next") : "<span></span>",
                "name", chapter.name());
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
    }

    /** A file of the code, which a chapter refers to. */
    String ofSource(String file, Chapter chapter, String html) {
        Map<String, String> values = Map.of(
                "title", Html.escaped(file.substring(file.lastIndexOf('/') + 1)),
                "description", Html.escaped("The whole file, as it is in the engine. It belongs to: " + chapter.title() + "."),
                "kicker", "<p class=\"kicker\">Code of " + Html.escaped(chapter.title()) + "</p>",
                "contents", navigation(chapter, new Fragment("", List.of())),
                "body", html,
                "previous", step(chapter, "prev", "Back to the chapter"),
                "next", "<span></span>");
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(values.getOrDefault(place.group(1), "")));
    }

    private static String step(Chapter chapter, String rel, String word) {
        return "<a class=\"" + rel + "\" rel=\"" + rel + "\" href=\"" + chapter.page() + "\"><small>" + word
                + "</small><span>" + Html.escaped(chapter.title()) + "</span></a>";
    }

    private String navigation(Chapter here, Fragment fragment) {
        StringBuilder html = new StringBuilder();
        String part = "";
        for (Chapter chapter : contents.chapters()) {
            if (!chapter.part().equals(part) || html.isEmpty()) {
                html.append(html.isEmpty() ? "" : "</ol>");
                part = chapter.part();
                html.append(part.isEmpty() ? "" : "<p class=\"part\">" + Html.escaped(part) + "</p>");
                html.append("<ol>");
            }
            boolean current = chapter.equals(here);
            html.append("<li><a href=\"").append(chapter.page()).append('"');
            html.append(current ? " aria-current=\"page\"" : "").append('>');
            html.append("<span class=\"number\">")
                    .append(chapter.number().map(n -> Integer.toString(n)).orElse(""))
                    .append("</span><span>")
                    .append(Html.escaped(chapter.title()))
                    .append("</span></a>");
            if (current) {
                html.append(sections(fragment));
            }
            html.append("</li>");
        }
        return html.append("</ol>").toString();
    }

    private static String sections(Fragment fragment) {
        StringBuilder html = new StringBuilder("<ul class=\"sections\">");
        for (Fragment.Section section : fragment.sections()) {
            if (!section.id().isEmpty()) {
                html.append("<li><a href=\"#")
                        .append(Html.escaped(section.id()))
                        .append("\">")
                        .append(Html.escaped(section.title()))
                        .append("</a></li>");
            }
        }
        return html.append("</ul>").toString();
    }
}

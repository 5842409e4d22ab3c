package boxwright.book.site;

import java.util.ArrayList;
import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * What a page has between head and foot.
 *
 * @param html of the chapter, without its title
 * @param sections its headings
 */
record Fragment(String html, List<Section> sections) {
    Fragment {
        sections = List.copyOf(sections);
    }

    /**
     * A heading and the text under it.
     *
     * @param id of the heading, empty for the text before the first
     * @param title its words
     * @param text for the search
     */
    record Section(String id, String title, String text) {}

    static Fragment of(String html) {
        Document document = Jsoup.parseBodyFragment(html);
        List<Section> sections = new ArrayList<>();
        StringBuilder intro = new StringBuilder();
        for (Element child : document.body().children()) {
            Element heading = child.tagName().equals("section") ? child.selectFirst("h2[id]") : null;
            if (heading == null) {
                intro.append(words(child)).append(' ');
            } else {
                sections.add(new Section(heading.id(), heading.text(), words(child)));
            }
        }
        if (!intro.toString().isBlank()) {
            sections.addFirst(new Section("", "", intro.toString().strip()));
        }
        return new Fragment(html, sections);
    }

    /** Without whole files and drawings, which nobody looks for by a word. */
    private static String words(Element element) {
        Element copy = element.clone();
        copy.select("details.whole-file, details > summary, svg style, svg, .spoken")
                .remove();
        return copy.text();
    }
}

package boxwright.book.site;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** Every link of the site leads to a page and a place that are there; those to other hosts are not followed. */
final class Links {
    private Links() {}

    static void check(Map<String, String> pages) {
        Map<String, Document> documents = new HashMap<>();
        Map<String, Set<String>> ids = new HashMap<>();
        List<String> complaints = new ArrayList<>();
        pages.forEach((name, html) -> {
            Document document = Jsoup.parse(html);
            documents.put(name, document);
            Set<String> known = new HashSet<>();
            for (Element element : document.select("[id]")) {
                if (!known.add(element.id())) {
                    complaints.add(name + ": two elements have the id " + element.id());
                }
            }
            ids.put(name, known);
        });
        documents.forEach((name, document) -> {
            for (Element link : document.select("a[href]")) {
                String href = link.attr("href");
                if (href.matches("[a-z]+:.*")) {
                    continue;
                }
                int hash = href.indexOf('#');
                String page = hash < 0 ? href : hash == 0 ? name : href.substring(0, hash);
                String id = hash < 0 ? "" : href.substring(hash + 1);
                if (!ids.containsKey(page)) {
                    complaints.add(name + ": a link leads to " + href + ", and there is no such page");
                } else if (!id.isEmpty() && !ids.getOrDefault(page, Set.of()).contains(id)) {
                    complaints.add(name + ": a link leads to " + href + ", and that page has no such place");
                }
            }
        });
        if (!complaints.isEmpty()) {
            throw new BookException("links:\n  " + String.join("\n  ", complaints));
        }
    }
}

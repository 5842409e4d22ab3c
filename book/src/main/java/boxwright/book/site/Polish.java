package boxwright.book.site;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Transcript;
import boxwright.book.picture.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;

/** Makes of Asciidoctor's HTML what our style sheet and a screen reader want: fewer boxes, and better ones. */
final class Polish {
    /** The classes of Rouge that have a colour of their own; all other spans go, and with them half of a page's size. */
    private static final Set<String> COLOURED = Set.of(
            "k", "kd", "kn", "kt", "kc", "kr", "o", "c", "c1", "cm", "cd", "s", "s1", "s2", "sb", "sc", "se", "si",
            "sh", "mi", "mh", "mf", "nf", "nd", "nc", "nb", "no", "nv");

    /** A flag or a call that is as long stays on one line, also after its hyphens; a longer one would not fit on a phone. */
    private static final int WHOLE = 24;

    private final Checkout checkout;
    private final String chapter;
    private final Document document;
    private final PlanHtml plans;
    /** What jsoup shall not touch, by the text that stands for it. */
    private final List<String> raw = new ArrayList<>();

    private Polish(Checkout checkout, Contents contents, String chapter, String html) {
        this.checkout = checkout;
        this.chapter = chapter;
        this.document = Jsoup.parseBodyFragment(html);
        this.plans = new PlanHtml(contents);
        document.outputSettings().prettyPrint(false);
    }

    static String of(Checkout checkout, Contents contents, String chapter, String html) {
        Polish polish = new Polish(checkout, contents, chapter, html);
        polish.consoles();
        polish.listings();
        polish.pictures();
        polish.admonitions();
        polish.tables();
        polish.headings();
        polish.words();
        polish.links();
        polish.boxes();
        return polish.text();
    }

    /** A page with nothing but a file. */
    static String source(Checkout checkout, String html) {
        Polish polish = new Polish(checkout, new Contents(List.of()), "", html);
        polish.listings();
        return polish.text();
    }

    private void consoles() {
        List<ConsoleBlock> blocks = ChapterSource.blocks(checkout, chapter);
        blocks.forEach(ConsoleBlock::exchanges); // complains of one that is none
        Optional<Transcript> transcript = Transcript.of(checkout, chapter);
        List<Element> found = document.select("div.listingblock:has(code[data-lang=console])");
        if (found.size() != blocks.size()) {
            throw new BookException(
                    "%s: the page has %d console blocks and the source %d: write [source,console] directly before one"
                            .formatted(chapter, found.size(), blocks.size()));
        }
        for (int i = 0; i < blocks.size(); i++) {
            replace(found.get(i), ConsoleHtml.of(blocks.get(i), transcript, title(found.get(i))));
        }
    }

    private void listings() {
        for (Element listing : document.select("div.listingblock")) {
            Element inner = listing.selectFirst("pre > code");
            Element code = inner == null ? listing.selectFirst("pre") : inner;
            if (code == null) {
                continue;
            }
            List<String> lines = code.wholeText().lines().toList();
            if (listing.hasClass("plan")) {
                replace(listing, plans.plan(title(listing), lines));
            } else if (listing.hasClass("plan-diff")) {
                replace(listing, plans.difference(title(listing), lines));
            } else {
                replace(listing, listing(title(listing), code));
            }
        }
        for (Element literal : document.select("div.literalblock > div.content > pre")) {
            literal.attr("tabindex", "0");
        }
    }

    private static String listing(String title, Element code) {
        for (Element span : code.select("span")) {
            if (span.classNames().stream().noneMatch(COLOURED::contains)) {
                span.unwrap();
            }
        }
        String language = code.attr("data-lang");
        String name = title.isEmpty() ? Html.escaped(language) : title;
        return "<figure class=\"code listing\"><figcaption><span class=\"name\">" + name
                + "</span></figcaption><pre tabindex=\"0\"><code>" + code.html() + "</code></pre></figure>";
    }

    private void words() {
        for (Element code : document.select(":not(pre) > code")) {
            String word = code.text();
            if (word.length() <= WHOLE && (word.contains("-") || word.contains(" "))) {
                code.addClass("whole");
            }
        }
    }

    private void pictures() {
        for (Element block : document.select("div.imageblock")) {
            Element image = block.selectFirst("img");
            if (image == null) {
                continue;
            }
            String name = image.attr("src");
            String svg = checkout.read(checkout.target().resolve("pictures").resolve(name));
            String id = "svg-" + name.replaceAll("[^\\w-]", "-").replaceAll("-svg$", "");
            String caption = title(block);
            String words = caption.isEmpty() ? "" : "<figcaption>" + caption + "</figcaption>";
            String wide = name.startsWith("waterfall") ? " wide" : "";
            String drawing = Svg.inline(svg, id, image.attr("alt"));
            replace(
                    block,
                    "<figure class=\"picture" + wide + "\"><div class=\"drawing\""
                            + (wide.isEmpty() ? "" : " tabindex=\"0\"") + ">" + drawing + "</div>" + words
                            + "</figure>");
        }
    }

    private void admonitions() {
        for (Element block : document.select("div.admonitionblock")) {
            String kind = block.classNames().stream()
                    .filter(name -> !name.equals("admonitionblock"))
                    .findFirst()
                    .orElse("note");
            Element content = block.selectFirst("td.content");
            String label = kind.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + kind.substring(1);
            Element aside =
                    new Element("aside").addClass("callout").addClass(kind).attr("role", "note");
            aside.appendElement("p").addClass("label").text(label);
            if (content != null) {
                for (Node node : List.copyOf(content.childNodes())) {
                    aside.appendChild(node);
                }
            }
            block.replaceWith(aside);
        }
        for (Element sidebar : document.select("div.sidebarblock")) {
            sidebar.tagName("aside")
                    .removeClass("sidebarblock")
                    .addClass("aside")
                    .attr("role", "note");
        }
    }

    private void tables() {
        for (Element table : document.select("table")) {
            table.removeAttr("style");
            table.wrap("<div class=\"table\" tabindex=\"0\"></div>");
        }
    }

    private void headings() {
        for (Element heading : document.select("h2[id], h3[id], h4[id]")) {
            heading.appendElement("a")
                    .addClass("anchor")
                    .attr("href", "#" + heading.id())
                    .attr("aria-label", "Link to this section: " + heading.text());
        }
    }

    private void links() {
        for (Element link : document.select("a[href^=http]")) {
            link.attr("rel", "noopener");
            if (!link.hasClass("man")) {
                link.addClass("outside");
            }
        }
    }

    /** Boxes that say nothing. */
    private void boxes() {
        document.select("div.paragraph").forEach(box -> {
            box.children().forEach(p -> {
                box.classNames().stream()
                        .filter(name -> !name.equals("paragraph"))
                        .forEach(p::addClass);
                if (box.hasAttr("id")) {
                    p.attr("id", box.id());
                }
            });
            box.unwrap();
        });
        document.select("div.sectionbody, div.ulist, div.olist, div.dlist, div.colist, aside > div.content")
                .forEach(Element::unwrap);
        document.select("div.sect1").tagName("section");
        document.select("div.sect2").tagName("section");
        document.select("li > p, dd > p").forEach(p -> {
            if (p.siblingElements().isEmpty()) {
                p.unwrap();
            }
        });
    }

    private static String title(Element block) {
        Element title = block.selectFirst("> div.title");
        return title == null ? "" : title.html();
    }

    private void replace(Element element, String html) {
        element.replaceWith(new org.jsoup.nodes.TextNode(mark(raw.size())));
        raw.add(html);
    }

    private static String mark(int index) {
        return "\uE010" + index + "\uE011";
    }

    private String text() {
        String html = document.body().html();
        for (int i = 0; i < raw.size(); i++) {
            html = html.replace(mark(i), raw.get(i));
        }
        return html;
    }
}

package boxwright.book.site;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.Contents.Chapter;
import boxwright.book.weave.MacroUse;
import boxwright.book.weave.SourceList;
import boxwright.book.weave.Weaver;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes the site. A chapter whose sources have not changed is taken from the last time. */
public final class Site {
    private static final Pattern DESCRIPTION = Pattern.compile("^:description:\\s*(.*)$", Pattern.MULTILINE);

    private final Checkout checkout;
    private final Supplier<Weaver> weaver;
    private final Sources sources;

    /**
     * A site of this checkout.
     *
     * @param weaver asked for when there is something to convert
     */
    public Site(Checkout checkout, Supplier<Weaver> weaver) {
        this.checkout = checkout;
        this.weaver = weaver;
        this.sources = new Sources(checkout);
    }

    /** Where it is. */
    public Path directory() {
        return checkout.target().resolve("site");
    }

    /**
     * Makes what has changed.
     *
     * @return the names of the chapters that were converted
     * @throws BookException when a link leads nowhere, or Asciidoctor warns
     */
    public List<String> make() {
        Contents contents = Contents.of(checkout);
        List<String> converted = new ArrayList<>();
        Map<Chapter, Fragment> fragments = new LinkedHashMap<>();
        for (Chapter chapter : contents.chapters()) {
            fragments.put(chapter, fragment(contents, chapter, converted));
        }
        Assets.copy(directory());
        Page page = new Page(contents);
        Map<String, String> pages = new LinkedHashMap<>();
        fragments.forEach(
                (chapter, fragment) -> pages.put(chapter.page(), page.of(chapter, description(chapter), fragment)));
        sourcePages(contents, page, pages);
        pages.put("index.html", redirect(contents.chapters().getFirst()));
        removeAllBut(pages.keySet());
        pages.forEach((name, html) -> write(directory().resolve(name), html));
        write(directory().resolve("search-index.js"), index(fragments));
        Links.check(pages);
        return converted;
    }

    /** Pages of files and chapters that are gone. */
    private void removeAllBut(Set<String> names) {
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".html") && !names.contains(name)) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Fragment fragment(Contents contents, Chapter chapter, List<String> converted) {
        Path cached = checkout.target().resolve("cache/" + chapter.name() + ".html");
        Path key = checkout.target().resolve("cache/" + chapter.name() + ".key");
        String now = sources.key(chapter.name());
        try {
            if (Files.exists(cached)
                    && Files.exists(key)
                    && Files.readString(key).equals(now)) {
                return Fragment.of(Files.readString(cached));
            }
            String html = weaver.get().page(chapter.name());
            String polished = Polish.of(checkout, contents, chapter.name(), html);
            converted.add(chapter.name());
            write(cached, polished);
            write(key, now);
            return Fragment.of(polished);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of the code that have pages of their own. */
    private void sourcePages(Contents contents, Page page, Map<String, String> pages) {
        for (Chapter chapter : contents.chapters()) {
            for (MacroUse use : MacroUse.of(checkout, chapter.name())) {
                if (use.name().equals("sources")) {
                    for (String file : SourceList.files(checkout, use.target())) {
                        pages.put(SourceList.page(file), page.ofSource(file, chapter, source(file)));
                    }
                }
            }
        }
    }

    private String source(String file) {
        Path cached = checkout.target().resolve("cache/" + SourceList.page(file));
        Path key = checkout.target().resolve("cache/" + SourceList.page(file) + ".key");
        String now = sources.keyOf(List.of(file));
        try {
            if (!Files.exists(cached) || !Files.exists(key) || !Files.readString(key).equals(now)) {
                write(cached, Polish.source(checkout, weaver.get().source(file)));
                write(key, now);
            }
            return Files.readString(cached);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String description(Chapter chapter) {
        Matcher description = DESCRIPTION.matcher(checkout.read("chapters/" + chapter.name() + ".adoc"));
        return description.find() ? description.group(1) : chapter.title();
    }

    private static String redirect(Chapter first) {
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>Boxwright</title>
            <meta http-equiv="refresh" content="0; url=%1$s"><link rel="canonical" href="%1$s"></head>
            <body><main><h1>Boxwright</h1><p><a href="%1$s">%2$s</a></p></main></body></html>
            """.formatted(first.page(), Html.escaped(first.title()));
    }

    /** A script, since a page that was opened as a file may load scripts, and nothing else. */
    private static String index(Map<Chapter, Fragment> fragments) {
        List<Map<String, String>> entries = new ArrayList<>();
        fragments.forEach((chapter, fragment) -> fragment.sections()
                .forEach(section -> entries.add(Map.of(
                        "u", chapter.page() + (section.id().isEmpty() ? "" : "#" + section.id()),
                        "c", chapter.title(),
                        "t", section.title(),
                        "b", section.text()))));
        Gson gson = new GsonBuilder().create(); // escapes < and >, too
        return "window.BOOK_INDEX=" + gson.toJson(entries) + ";\n";
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

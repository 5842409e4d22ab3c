package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.Contents;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Attributes;
import org.asciidoctor.AttributesBuilder;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import org.asciidoctor.extension.JavaExtensionRegistry;
import org.asciidoctor.log.LogRecord;

/**
 * AsciidoctorJ with the book's macros. It takes seconds to start, so one of them converts everything. Any warning is an error:
 * a missing tag or a broken reference is only a warning to Asciidoctor.
 */
public final class Weaver implements AutoCloseable {
    private static final Pattern CHAPTER = Pattern.compile("^include::([^\\[]+)\\.adoc\\[", Pattern.MULTILINE);

    private final Checkout checkout;
    private final Asciidoctor asciidoctor = Asciidoctor.Factory.create();
    private final List<String> complaints = new ArrayList<>();

    public Weaver(Checkout checkout, Contents contents) {
        this.checkout = checkout;
        Plans plans = new Plans(checkout);
        Pictures pictures = new Pictures(checkout);
        Map<String, Expansion> macros = Map.ofEntries(
                Map.entry("listing", new Listing(checkout)),
                Map.entry("plan", (Expansion) plans::plan),
                Map.entry("plan-diff", (Expansion) plans::difference),
                Map.entry("diagram", (Expansion) pictures::diagram),
                Map.entry("waterfall", (Expansion) pictures::waterfall),
                Map.entry("live", (Expansion) pictures::live),
                Map.entry("verified", new Verified(checkout)),
                Map.entry("syscall", new SystemCallEntry(checkout)),
                Map.entry("sources", new SourceList(checkout)),
                Map.entry("musts", (target, words, html) -> Musts.of(checkout).table(target, words, html)));
        JavaExtensionRegistry registry = asciidoctor.javaExtensionRegistry();
        macros.forEach((name, expansion) -> registry.blockMacro(name, new BlockMacro(name, expansion)));
        registry.inlineMacro(new InlineMacros.ChapterLink(contents));
        registry.inlineMacro(new InlineMacros.ManPage());
        registry.treeprocessor(new PaperTranscripts(checkout, contents));
        asciidoctor.registerLogHandler(this::log);
    }

    private void log(LogRecord record) {
        String place = record.getCursor() == null
                ? ""
                : record.getCursor().getPath() + ", line " + record.getCursor().getLineNumber() + ": ";
        if (record.getSeverity().compareTo(org.asciidoctor.log.Severity.WARN) >= 0) {
            complaints.add(place + record.getMessage());
        }
    }

    /** A chapter as HTML without a page around it. */
    public String page(String chapter) {
        Attributes attributes =
                common().attribute("weave-html", "").attribute("imagesdir", "").build();
        String html = asciidoctor.convert(
                checkout.read("chapters/" + chapter + ".adoc"),
                options("html5", attributes)
                        .docType("article")
                        .standalone(false)
                        .build());
        complain("chapters/" + chapter + ".adoc");
        return html;
    }

    /** A file of the code as HTML without a page around it. */
    public String source(String path) {
        Attributes attributes = common().attribute("weave-html", "").build();
        String listing = String.join("\n", new Listing(checkout).lines(path, Map.of(), true));
        String html = asciidoctor.convert(
                listing,
                options("html5", attributes)
                        .docType("article")
                        .standalone(false)
                        .build());
        complain(path);
        return html;
    }

    /** The whole book as one file. */
    public void book(String backend, Path file, Map<String, Object> more) {
        // An EPUB has its pictures by the same path: one that leads out of chapters/ leads out of the EPUB, too.
        AttributesBuilder attributes = common().attribute("imagesdir", "generated/paper");
        more.forEach(attributes::attribute);
        // Each chapter's heading gets the name of its file as its id, which is what a reference to the chapter names.
        String source = CHAPTER.matcher(checkout.read("chapters/book.adoc")).replaceAll("[#$1]\n$0");
        asciidoctor.convert(
                source,
                options(backend, attributes.build())
                        .docType("book")
                        .toFile(file.toFile())
                        .mkDirs(true)
                        .build());
        complain("chapters/book.adoc as " + backend);
    }

    private org.asciidoctor.OptionsBuilder options(String backend, Attributes attributes) {
        File base = checkout.chapters().toFile();
        return Options.builder()
                .backend(backend)
                .safe(SafeMode.UNSAFE)
                .baseDir(base)
                .attributes(attributes);
    }

    private static AttributesBuilder common() {
        return Attributes.builder()
                .attribute("source-highlighter", "rouge")
                .attribute("rouge-css", "class")
                .attribute("icons", "font")
                .attribute("sectanchors", false)
                .attribute("idprefix", "")
                .attribute("idseparator", "-")
                .attribute("experimental", "")
                .attribute("table-caption", false)
                .attribute("figure-caption", false)
                .attribute("example-caption", false)
                .attribute("attribute-missing", "warn");
    }

    private void complain(String what) {
        if (!complaints.isEmpty()) {
            String all = String.join("\n  ", complaints);
            complaints.clear();
            throw new BookException(what + ":\n  " + all);
        }
    }

    @Override
    public void close() {
        asciidoctor.close();
    }
}

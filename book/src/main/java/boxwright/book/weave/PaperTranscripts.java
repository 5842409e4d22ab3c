package boxwright.book.weave;

import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Seen;
import boxwright.book.console.Transcript;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.asciidoctor.ast.Block;
import org.asciidoctor.ast.Document;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.Treeprocessor;

/** Puts what was seen into the console blocks of the PDF and the EPUB; the site's pages do it with more care. */
final class PaperTranscripts extends Treeprocessor {
    private final Checkout checkout;
    private final Contents contents;

    PaperTranscripts(Checkout checkout, Contents contents) {
        this.checkout = checkout;
        this.contents = contents;
    }

    @Override
    public Document process(Document document) {
        if (document.hasAttribute("weave-html")) {
            return document;
        }
        List<ConsoleBlock> blocks = contents.chapters().stream()
                .flatMap(chapter -> ChapterSource.blocks(checkout, chapter.name()).stream())
                .toList();
        List<StructuralNode> nodes = document.findBy(Map.of("context", ":listing")).stream()
                .filter(node -> "console".equals(node.getAttribute("language")))
                .toList();
        for (int i = 0; i < Math.min(nodes.size(), blocks.size()); i++) {
            ConsoleBlock block = blocks.get(i);
            Optional<Transcript.Block> seen =
                    Transcript.of(checkout, block.chapter()).flatMap(found -> found.find(block));
            boolean ran = seen.isPresent() && seen.get().lacking().isEmpty();
            if (nodes.get(i) instanceof Block listing) {
                List<String> shown = ran
                        ? seen.get().shown()
                        : block.lines().stream().map(Seen::expected).toList();
                listing.setLines(printable(shown.stream().map(Seen::plain).toList()));
            }
            if (!ran) {
                nodes.get(i)
                        .setTitle("Not verified here: "
                                + seen.map(Transcript.Block::lacking).orElse("it was not run on this machine yet"));
            }
        }
        return document;
    }

    /** With strokes that the fonts of the PDF have. */
    static List<String> printable(List<String> lines) {
        return lines.stream()
                .map(line -> line.replace('╰', '└').replace('┆', '│').replace('✗', '×'))
                .toList();
    }
}

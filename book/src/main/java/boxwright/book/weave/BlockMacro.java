package boxwright.book.weave;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.BlockMacroProcessor;

/** A block macro that is replaced by lines of AsciiDoc: so one definition serves the site, the PDF and the EPUB. */
final class BlockMacro extends BlockMacroProcessor {
    private final Expansion expansion;

    BlockMacro(String name, Expansion expansion) {
        super(name);
        this.expansion = expansion;
    }

    @Override
    @SuppressWarnings("NullAway") // null means that nothing stands in the macro's own place
    public StructuralNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
        Map<String, String> words = new HashMap<>();
        attributes.forEach((name, value) -> words.put(name, String.valueOf(value)));
        boolean html = parent.getDocument().hasAttribute("weave-html");
        try {
            parseContent(parent, titled(words.getOrDefault("title", ""), expansion.lines(target, words, html)));
        } catch (BookException e) {
            throw new BookException(getName() + "::" + target + "[]: " + e.getMessage());
        }
        return null;
    }

    /** A title that stands over the macro takes the place of the expansion's own. */
    private static List<String> titled(String title, List<String> lines) {
        if (title.isEmpty() || lines.isEmpty()) {
            return lines;
        }
        List<String> titled = new ArrayList<>(lines);
        if (titled.getFirst().startsWith(".")) {
            titled.removeFirst();
        }
        titled.addFirst("." + title);
        return titled;
    }
}

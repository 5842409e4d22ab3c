package boxwright.book.weave;

import boxwright.book.Contents;
import java.util.Map;
import java.util.Optional;
import org.asciidoctor.ast.PhraseNode;
import org.asciidoctor.ast.StructuralNode;
import org.asciidoctor.extension.InlineMacroProcessor;
import org.asciidoctor.extension.Name;

/** The macros within a line of text. */
final class InlineMacros {
    private InlineMacros() {}

    /** {@code chapter:03-root-filesystem[]}: "chapter 3", a link where that chapter is in the book. */
    @Name("chapter")
    static final class ChapterLink extends InlineMacroProcessor {
        private final Contents contents;

        ChapterLink(Contents contents) {
            this.contents = contents;
        }

        @Override
        public PhraseNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
            Optional<Contents.Chapter> chapter = contents.find(target);
            String given = String.valueOf(attributes.getOrDefault("1", attributes.getOrDefault("text", "")));
            String number = target.matches("\\d\\d-.*") ? "chapter " + Integer.parseInt(target.substring(0, 2)) : "";
            String text = !given.isEmpty()
                    ? given
                    : !number.isEmpty()
                            ? number
                            : chapter.map(Contents.Chapter::title).orElse(target);
            if (chapter.isEmpty()) {
                return createPhraseNode(parent, "quoted", text);
            }
            if (parent.getDocument().hasAttribute("weave-html")) {
                String page = chapter.get().page();
                return createPhraseNode(parent, "anchor", text, Map.of(), Map.of("type", ":link", "target", page));
            }
            return createPhraseNode(
                    parent, "anchor", text, Map.of("refid", target), Map.of("type", ":xref", "target", "#" + target));
        }
    }

    /** {@code man:mount[2]}: a link to the man page, "mount(2)". */
    @Name("man")
    static final class ManPage extends InlineMacroProcessor {
        @Override
        public PhraseNode process(StructuralNode parent, String target, Map<String, Object> attributes) {
            String section = String.valueOf(attributes.getOrDefault("1", attributes.getOrDefault("text", "2")));
            String address = "https://man7.org/linux/man-pages/man%s/%s.%s.html"
                    .formatted(section.substring(0, 1), target, section);
            return createPhraseNode(
                    parent,
                    "anchor",
                    target + "(" + section + ")",
                    Map.of("role", "man"),
                    Map.of("type", ":link", "target", address));
        }
    }
}

package boxwright.book.check;

import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Transcript;
import boxwright.book.weave.MacroUse;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much of it there is.
 *
 * @param chapters pages
 * @param words of prose
 * @param listings of code and of plans
 * @param run console blocks that ran here
 * @param notVerified console blocks that could not
 * @param lines of code that are on pages in full
 */
public record Counts(int chapters, int words, int listings, int run, int notVerified, int lines) {
    private static final Pattern VERBATIM =
            Pattern.compile("^(-{4,}|\\.{4,}|\\+{4,})$.*?^\\1$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern MECHANICS = Pattern.compile("^(?::|//|\\[|[a-z-]+::).*$", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}'’-]*");

    public static Counts of(Checkout checkout, Contents contents) {
        int words = 0;
        int listings = 0;
        int run = 0;
        int notVerified = 0;
        for (Contents.Chapter chapter : contents.chapters()) {
            words += words(checkout, chapter.name());
            listings += (int) MacroUse.of(checkout, chapter.name()).stream()
                    .filter(use -> use.name().equals("listing") || use.name().startsWith("plan"))
                    .count();
            Optional<Transcript> transcript = Transcript.of(checkout, chapter.name());
            for (ConsoleBlock block : ChapterSource.blocks(checkout, chapter.name())) {
                boolean ran = transcript
                        .flatMap(found -> found.find(block))
                        .filter(seen -> seen.lacking().isEmpty())
                        .isPresent();
                run += ran ? 1 : 0;
                notVerified += ran ? 0 : 1;
            }
        }
        int lines = Coverage.of(checkout, contents).lines();
        return new Counts(contents.chapters().size(), words, listings, run, notVerified, lines);
    }

    /** The words of a chapter's prose, without listings and attributes. */
    public static int words(Checkout checkout, String chapter) {
        String source = checkout.read("chapters/" + chapter + ".adoc");
        String prose =
                MECHANICS.matcher(VERBATIM.matcher(source).replaceAll("")).replaceAll("");
        return (int) WORD.matcher(prose).results().count();
    }

    @Override
    public String toString() {
        return "%d pages, %,d words, %d listings, %d console blocks run and %d not verified here, %,d lines of code in full"
                .formatted(chapters, words, listings, run, notVerified, lines);
    }
}

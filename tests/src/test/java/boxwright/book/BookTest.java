package boxwright.book;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.book.check.Counts;
import boxwright.book.check.Coverage;
import boxwright.book.check.SystemCallIndex;
import boxwright.book.check.Tags;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The book and the code are about the same: nothing of the code is on no page, and no page speaks of what is gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookTest {
    private static final int BUDGET = 150 * 1024;

    private final Checkout checkout = Checkout.here();
    private final Contents contents = Contents.of(checkout);

    /** Fails on any warning of Asciidoctor, an include that is not there, and a link that leads nowhere. */
    @BeforeAll
    void the_site_is_made_without_a_warning() {
        WovenSite.make();
    }

    @Test
    void every_line_of_a_step_and_of_an_isolation_class_is_on_a_page() {
        Coverage coverage = Coverage.of(checkout, contents);

        System.out.println("the book: " + Counts.of(checkout, contents));
        if (!coverage.later().isEmpty()) {
            System.out.println("not yet in the book, as their chapter is not: " + coverage.later());
        }
        assertThat(coverage.missing())
                .as("files whose chapter does not show them")
                .isEmpty();
    }

    @Test
    void every_tag_is_used() {
        assertThat(Tags.unused(checkout, contents)).isEmpty();
    }

    @Test
    void every_system_call_of_a_plan_is_in_the_index() {
        SystemCallIndex index = SystemCallIndex.of(checkout, contents);

        assertThat(index.missing())
                .as("calls without an entry in chapters/system-calls.adoc")
                .isEmpty();
        assertThat(index.unknown()).as("entries that no approved plan has").isEmpty();
    }

    @Test
    void a_chapter_has_no_more_words_than_a_reader_has_patience() {
        for (Contents.Chapter chapter : contents.chapters()) {
            if (chapter.number().isPresent()) {
                assertThat(Counts.words(checkout, chapter.name()))
                        .as(chapter.name())
                        .isBetween(1_500, 3_500);
            }
        }
    }

    @Test
    void a_page_is_small() throws Exception {
        try (Stream<Path> pages = Files.list(WovenSite.directory())) {
            List<Path> html =
                    pages.filter(file -> file.toString().endsWith(".html")).toList();
            assertThat(html).hasSizeGreaterThan(contents.chapters().size());
            for (Path page : html) {
                assertThat(Files.size(page)).as(page.getFileName().toString()).isLessThan(BUDGET);
            }
        }
    }
}

package boxwright.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import boxwright.book.console.ChapterSession;
import boxwright.book.console.ChapterSession.Outcome;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every console block of the book does what the page says. {@code -Dbook.chapter=01-pid-namespace} runs one chapter,
 * {@code -Dbook.rewrite} writes into the chapters what their commands print now.
 */
class TranscriptsTest {
    private static final Checkout CHECKOUT = Checkout.here();
    private static final boolean REWRITE = System.getProperty("book.rewrite") != null;

    @TestFactory
    Stream<DynamicContainer> the_console_blocks_of() {
        String only = System.getProperty("book.chapter", "");
        return Contents.of(CHECKOUT).chapters().stream()
                .map(Contents.Chapter::name)
                .filter(name -> only.isEmpty() || name.equals(only))
                .filter(name -> !ChapterSource.blocks(CHECKOUT, name).isEmpty())
                .map(name -> dynamicContainer(name, blocks(name)));
    }

    private static Stream<DynamicNode> blocks(String chapter) {
        ChapterSession session = new ChapterSession(CHECKOUT, chapter, command -> {});
        List<DynamicNode> tests = new ArrayList<>();
        for (ConsoleBlock block : session.blocks()) {
            tests.add(dynamicTest(chapter + ", " + block.title(), () -> verify(session, block)));
        }
        tests.add(dynamicTest(chapter + ", written down", () -> finish(session)));
        return tests.stream();
    }

    private static void verify(ChapterSession session, ConsoleBlock block) {
        switch (session.run(block)) {
            case Outcome.Passed _ -> {}
            case Outcome.NotVerified lacking -> assumeTrue(false, "not verified here: " + lacking.reason());
            case Outcome.Differs differs -> {
                if (!REWRITE) {
                    fail(differs.message());
                }
            }
        }
    }

    private static void finish(ChapterSession session) {
        try (session) {
            if (REWRITE) {
                session.rewrite();
            }
            session.measure();
            session.keep();
        }
        assertThat(session.leftBehind()).as("what the chapter has left running").isEmpty();
    }
}

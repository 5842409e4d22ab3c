package boxwright.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxwright.book.check.Coverage;
import boxwright.book.check.SystemCallIndex;
import boxwright.book.check.Tags;
import boxwright.book.console.ChapterSession;
import boxwright.book.site.Site;
import boxwright.book.weave.Weaver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A book that says what is not so is not made: each way to break a small one fails. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DriftTest {
    private static final String PLAN = "clone3({flags=CLONE_NEWPID}, 64)  // a process\nexit_group(0)\n";

    private Path directory;
    /** It takes seconds to start, so all tests have the same one, and their small book in the same place. */
    private Weaver weaver;

    @BeforeAll
    void start(@TempDir Path temporary) throws IOException {
        System.setProperty("jruby.compile.mode", "OFF");
        directory = temporary;
        Checkout checkout = small("").checkout();
        weaver = new Weaver(checkout, Contents.of(checkout));
    }

    @AfterAll
    void end() {
        weaver.close();
    }

    @AfterEach
    void forget() throws IOException {
        Files.deleteIfExists(directory.resolve("chapters/generated/01-one.json"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listing::steps/01-one/Gone.java[]",
                "listing::steps/01-one/Step01.java[tag=gone]",
                "plan::ChrootOnly[]",
                "diagram::gone.svg[A drawing]",
                "live::namespaces[of=\"gone,gone\",labels=\"a,b\"]",
                "include::gone.adoc[]",
                "xref:02-two.adoc#there[two]",
                "xref:01-one.adoc#nowhere[here]",
                "{no-such-attribute}",
                "[source,console]\n----\nno command\n----\n",
            })
    void a_chapter_that_leads_nowhere_is_not_woven(String line) throws Exception {
        SmallBook book = small(line + "\n");

        assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> make(book));
    }

    @Test
    void a_chapter_with_everything_there_is_woven() throws Exception {
        SmallBook book = small("""
                [#one-here]
                == Here

                listing::steps/01-one/Step01.java[tag=main]

                plan::01-one[]

                See xref:01-one.adoc#one-here[here], chapter:02-two[] and man:mount[2].
                """);
        make(book);

        String page = Files.readString(directory.resolve("book/target/site/01-one.html"));
        assertThat(page)
                .contains("<b>clone3</b>", "a process", "chapter 2", "man2/mount.2.html", "1 lines", "whole-file")
                .doesNotContain("tag::");
    }

    @Test
    void a_file_of_a_step_that_is_on_no_page_is_missing() throws Exception {
        SmallBook book = small("listing::steps/01-one/Step01.java[tag=main,fold=no]\n");

        assertThat(Coverage.of(book.checkout(), Contents.of(book.checkout())).missing())
                .containsExactly("steps/01-one/Step01.java");
    }

    @Test
    void a_tag_that_nobody_uses_is_found() throws Exception {
        SmallBook book = small("listing::steps/01-one/Step01.java[]\n");

        assertThat(Tags.unused(book.checkout(), Contents.of(book.checkout())))
                .containsExactly("steps/01-one/Step01.java: main");
    }

    @Test
    void a_system_call_without_an_entry_and_an_entry_without_a_call_are_found() throws Exception {
        SmallBook book = small("syscall::clone3[\"Makes a process.\"]\n\nsyscall::mount[\"Mounts.\"]\n");
        SystemCallIndex index = SystemCallIndex.of(book.checkout(), Contents.of(book.checkout()));

        assertThat(index.missing()).containsExactly("exit_group");
        assertThat(index.unknown()).containsExactly("mount");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$ echo one\ntwo", "$ false", "$ echo one", "$ true\nnothing"})
    void a_console_block_that_does_something_else_differs(String block) throws Exception {
        SmallBook book = small("[source,console]\n----\n" + block + "\n----\n");

        try (ChapterSession session = new ChapterSession(book.checkout(), "01-one")) {
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> assertThat(session.run(session.blocks().getFirst()))
                            .isInstanceOf(ChapterSession.Outcome.Passed.class));
        }
    }

    @Test
    void rewriting_writes_down_what_was_printed() throws Exception {
        SmallBook book = small("[source,console]\n----\n$ echo one\ntwo\n----\n");
        try (ChapterSession session = new ChapterSession(book.checkout(), "01-one")) {
            session.run(session.blocks().getFirst());
            session.rewrite();
        }

        assertThat(book.checkout().read("chapters/01-one.adoc")).contains("$ echo one\none\n----");
    }

    @Test
    void what_this_machine_lacks_is_said() throws Exception {
        SmallBook book = small("[source,console,needs=no-such-program]\n----\n$ true\n----\n");
        try (ChapterSession session = new ChapterSession(book.checkout(), "01-one")) {
            assertThat(session.run(session.blocks().getFirst()))
                    .isEqualTo(new ChapterSession.Outcome.NotVerified("this machine has no program no-such-program"));
            session.keep();
        }
        make(book);

        assertThat(Files.readString(directory.resolve("book/target/site/01-one.html")))
                .contains("not verified here: this machine has no program no-such-program");
    }

    @Test
    void what_a_chapter_leaves_running_is_said_and_ended() throws Exception {
        // The shell goes on before the other process has become sleep, which says so.
        SmallBook book = small(
                "[source,console]\n----\n$ sleep 1234 &\n" + "> until grep -q sleep /proc/$!/comm; do :; done\n----\n");
        ChapterSession session = new ChapterSession(book.checkout(), "01-one");
        session.run(session.blocks().getFirst());
        session.close();

        assertThat(session.leftBehind()).hasSize(1).first().asString().contains("sleep 1234");
    }

    private SmallBook small(String chapter) throws IOException {
        return SmallBook.of(directory, chapter)
                .write("steps/01-one/Step01.java", "// tag::main[]\nvoid main() {}\n// end::main[]\n")
                .write("tests/approved/steps/Step01.approved.txt", PLAN);
    }

    private List<String> make(SmallBook book) {
        return new Site(book.checkout(), () -> weaver).make();
    }
}

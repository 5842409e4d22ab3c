package boxwright.book.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a console block is, and when its output is as expected. */
class ConsoleBlockTest {
    @Test
    void a_chapter_is_read_for_its_console_blocks_alone() {
        List<ConsoleBlock> blocks = ChapterSource.blocks("01-x", """
                = Title
                :needs: root

                [source,asciidoc]
                ....
                [source,console]
                ----
                # no block, an example
                ----
                ....

                [source,console,id=one,needs="lsns, ip",timeout=90]
                .A title
                ----
                # echo a \\
                > b
                a b
                box$ false  # exits with 1
                ----
                """);

        assertThat(blocks).hasSize(1);
        ConsoleBlock block = blocks.getFirst();
        assertThat(block.line()).isEqualTo(15);
        assertThat(block.id()).contains("one");
        assertThat(block.needs()).containsExactly("root", "lsns", "ip");
        assertThat(block.timeoutSeconds()).isEqualTo(90);
        assertThat(block.exchanges())
                .containsExactly(
                        new Exchange("", "# ", "echo a \\\nb", 0, List.of("a b")),
                        new Exchange("box", "box$ ", "false  # exits with 1", 1, List.of()));
    }

    @Test
    void a_typed_place_takes_what_is_of_its_type() {
        assertThat(matches("pid <pid> slept <time>", "pid 4711 slept 0.5 s")).isTrue();
        assertThat(matches("pid <pid>", "pid 0")).isFalse();
        assertThat(matches("<size> of <size>", "64K of 1.5MiB")).isTrue();
        assertThat(matches("at <address>", "at 10.231.0.1/30")).isTrue();
        assertThat(matches("<pid>", "none")).isFalse();
        assertThat(matches("a.b", "axb")).isFalse();
    }

    @Test
    void dots_take_any_lines_and_the_rest_of_one() {
        assertThat(matches("a\n...\nz", "a\nb\nc\nz")).isTrue();
        assertThat(matches("a\n...\nz", "a\nz")).isTrue();
        assertThat(matches("a\n...\nz", "a\nb")).isFalse();
        assertThat(matches("mount(...) = 0", "mount(\"proc\", 1) = 0")).isTrue();
    }

    @Test
    void columns_may_be_wider() {
        assertThat(matches("  PID CMD\n<pid> sh", "    PID   CMD\n   4711 sh")).isTrue();
        assertThat(matches("a b", "ab")).isFalse();
    }

    @Test
    void the_same_label_is_the_same_value_and_another_label_another() {
        assertThat(matches("<pid:a> <pid:a>", "5 5")).isTrue();
        assertThat(matches("<pid:a> <pid:a>", "5 6")).isFalse();
        assertThat(matches("<inode:host> <inode:box>", "7 8")).isTrue();
        assertThat(matches("<inode:host> <inode:box>", "7 7")).isFalse();
        assertThat(matches("<pid:a> <inode:a>", "7 7")).isTrue();
    }

    @Test
    void rewriting_keeps_the_places_that_still_fit() {
        assertThat(rewritten("process <pid:one> sleeps\nold", "process 12 sleeps\nnew", Map.of("pid:one", "12")))
                .containsExactly("process <pid:one> sleeps", "new");
        assertThat(rewritten("I was <pid> here", "I am 12 there", Map.of())).containsExactly("I am <pid> there");
        assertThat(rewritten("...\nlast 1", "a\nb\nlast 2", Map.of())).endsWith("last 2").startsWith("...");
        assertThat(rewritten("", "pid:[4026531836]", Map.of())).containsExactly("pid:[<inode>]");
        assertThat(rewritten("", "kill 4711", Map.of("pid:box", "4711"))).containsExactly("kill <pid:box>");
    }

    @Test
    void what_is_seen_is_shown_in_its_places() {
        String shown = ExpectedOutput.match(List.of("pid <pid:a>, ..."), List.of("pid 12, and more"), Map.of())
                .orElseThrow()
                .shown()
                .getFirst();

        assertThat(Seen.plain(shown)).isEqualTo("pid 12, …");
        assertThat(Seen.VALUE.matcher(shown).replaceAll("$1=$2")).startsWith("pid pid=12, ");
    }

    private static boolean matches(String expected, String actual) {
        return ExpectedOutput.match(expected.lines().toList(), actual.lines().toList(), Map.of())
                .isPresent();
    }

    private static List<String> rewritten(String expected, String actual, Map<String, String> labels) {
        return Rewriting.of(expected.lines().toList(), actual.lines().toList(), labels);
    }
}

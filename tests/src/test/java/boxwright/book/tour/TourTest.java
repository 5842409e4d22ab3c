package boxwright.book.tour;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.book.SmallBook;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A chapter as a tour: its text, its commands, and what they do when they are run. */
class TourTest {
    private static final String CHAPTER = """
            We count with `expr`, see man:expr[1].

            == Adding

            It _adds_:

            [source,console]
            ----
            $ n=$(expr 1 + 1)
            $ echo $n of two
            2 of two
            ----

            And in a shell inside:

            [source,console]
            ----
            $ sh
            in$ echo inside
            inside
            in$ exit
            ----
            """;

    @TempDir
    Path directory;

    @Test
    void enter_runs_each_command_in_one_shell() throws Exception {
        assertThat(tour("\n\n\n\n\n", 0))
                .contains(
                        "We count with expr, see expr(1).",
                        "Adding\n──────",
                        "It adds:",
                        "$ echo $n of two\n⏎ 2 of two\n",
                        "in$ echo inside\n⏎ inside\n",
                        "That is the chapter.");
    }

    @Test
    void s_skips_a_command_and_q_ends_the_tour() throws Exception {
        assertThat(tour("\ns\nq\n", 0)).contains("$ echo $n of two\n⏎ \n").doesNotContain("2 of two\n", "in$ echo");
    }

    @Test
    void markup_is_not_shown() {
        assertThat(Prose.paragraphs(
                        List.of("A `b` *c* _d_ chapter:03-x[] and chapter:03-x[Chapter 3].", "", "listing::x[]")))
                .containsExactly("A b c d chapter 03 and Chapter 3.");
    }

    private String tour(String keys, int exitCode) throws Exception {
        SmallBook book = SmallBook.of(directory, CHAPTER);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Tour tour = new Tour(
                book.checkout(),
                new BufferedReader(new StringReader(keys)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                false,
                true);
        assertThat(tour.through("1")).isEqualTo(exitCode);
        return out.toString(StandardCharsets.UTF_8);
    }
}

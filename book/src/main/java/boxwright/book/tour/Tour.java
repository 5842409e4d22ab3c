package boxwright.book.tour;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.console.ChapterSession;
import boxwright.book.console.ConsoleBlock;
import boxwright.explain.Paragraph;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/**
 * {@code boxwright step N}: a chapter as a guided tour. What the chapter says before a command is shown, then the command;
 * Enter runs it. It runs in the same shells as the tests run it in, so it does what the page says.
 */
public final class Tour {
    private static final int WIDTH = 88;

    private final Checkout checkout;
    private final BufferedReader keys;
    private final PrintStream out;
    private final boolean colour;
    private final boolean ask;

    /**
     * A tour on a terminal.
     *
     * @param ask whether each command waits for Enter
     */
    public Tour(Checkout checkout, BufferedReader keys, PrintStream out, boolean colour, boolean ask) {
        this.checkout = checkout;
        this.keys = keys;
        this.out = out;
        this.colour = colour;
        this.ask = ask;
    }

    /** Goes through the chapter of a step; returns the exit code. */
    public int through(String number) throws IOException {
        Contents.Chapter chapter = chapter(number);
        heading("Chapter " + Integer.parseInt(number) + ": " + chapter.title());
        line(dim(ask ? "Enter runs a command, s skips it, q ends the tour." : "Every command runs by itself."));
        boolean good = true;
        try (ChapterSession session = new ChapterSession(checkout, chapter.name())) {
            for (ConsoleBlock block : session.blocks()) {
                explain(block.before());
                Optional<String> lacking = session.lacking(block);
                if (lacking.isPresent()) {
                    block.exchanges().forEach(exchange -> exchange.typed().forEach(typed -> line(bold(typed))));
                    line(dim("(not here: " + lacking.get() + ")"));
                    session.run(block);
                    continue;
                }
                Visit visit = new Visit();
                ChapterSession.Outcome outcome = session.run(block, visit);
                if (visit.ended) {
                    return 0;
                }
                if (outcome instanceof ChapterSession.Outcome.Differs) {
                    line(
                            dim(
                                    "(This is not what the book expects. It may be your machine; what comes next may fail, too.)"));
                    good = false;
                }
            }
        }
        line("");
        line(
                good
                        ? "That is the chapter. " + dim("Its text, with the code: ./boxwright book")
                        : "That is the chapter.");
        return good ? 0 : 1;
    }

    private Contents.Chapter chapter(String number) {
        if (!number.matches("\\d{1,2}")) {
            throw new BookException("\"" + number + "\" is no number of a step");
        }
        int wanted = Integer.parseInt(number);
        return Contents.of(checkout).chapters().stream()
                .filter(chapter -> chapter.number().filter(n -> n == wanted).isPresent())
                .findFirst()
                .orElseThrow(() -> new BookException("there is no chapter " + wanted + " in the book yet"));
    }

    private void explain(List<String> source) {
        for (String paragraph : Prose.paragraphs(source)) {
            if (paragraph.startsWith("# ")) {
                heading(paragraph.substring(2));
            } else {
                line("");
                Paragraph.lines(paragraph, WIDTH).forEach(this::line);
            }
        }
    }

    private void heading(String words) {
        line("");
        line(colour ? "\033[1;36m" + words + "\033[0m" : words);
        line(dim("─".repeat(Math.min(WIDTH, words.length()))));
    }

    private String bold(String text) {
        return colour ? "\033[1m" + text + "\033[0m" : text;
    }

    private String dim(String text) {
        return colour ? "\033[2m" + text + "\033[0m" : text;
    }

    private void line(String text) {
        out.println(text);
    }

    /** What happens around each command of a block. */
    private final class Visit implements ChapterSession.Visitor {
        private boolean ended;

        @Override
        public Wish before(List<String> typed) {
            line("");
            typed.forEach(text -> line(bold(text)));
            if (!ask) {
                return Wish.RUN;
            }
            out.print(dim("⏎ "));
            out.flush();
            String answer = answer();
            ended = answer.equals("q");
            return ended ? Wish.STOP : answer.equals("s") ? Wish.SKIP : Wish.RUN;
        }

        @Override
        public void after(List<String> printed) {
            printed.forEach(Tour.this::line);
        }

        private String answer() {
            try {
                String answer = keys.readLine();
                return answer == null ? "q" : answer.strip();
            } catch (IOException e) {
                return "q";
            }
        }
    }
}

package boxwright.book;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The words after {@code boxwright book}.
 *
 * @param run whether the console blocks are run first
 * @param rewrite whether what they print is written into the chapters
 * @param chapter the only one that is run; empty for all
 * @param all whether the PDF and the EPUB are made, too
 * @param serve whether a local server shows the site
 * @param open whether a browser is opened
 */
record Options(boolean run, boolean rewrite, String chapter, boolean all, boolean serve, boolean open) {
    static Options of(List<String> words) {
        boolean run = false;
        boolean rewrite = false;
        String chapter = "";
        boolean all = false;
        boolean serve = false;
        boolean open = true;
        Deque<String> rest = new ArrayDeque<>(words);
        while (!rest.isEmpty()) {
            String word = rest.pop();
            switch (word) {
                case "--run" -> run = true;
                case "--rewrite" -> {
                    run = true;
                    rewrite = true;
                }
                case "--all" -> all = true;
                case "--serve" -> serve = true;
                case "--no-open" -> open = false;
                default -> {
                    if (word.startsWith("-")) {
                        throw new BookException("unknown flag: " + word + "\nSee 'boxwright book --help'.");
                    }
                    chapter = word;
                }
            }
        }
        return new Options(run, rewrite, chapter, all, serve, open);
    }
}

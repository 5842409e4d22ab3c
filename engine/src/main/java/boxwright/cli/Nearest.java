package boxwright.cli;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What the user probably meant: the known word with the fewest slips of the finger between it and what was typed. */
final class Nearest {
    private Nearest() {}

    /** A second line for a message, or nothing where no known word is near. */
    static String hint(String typed, List<String> known) {
        return to(typed, known).map(word -> "\nDid you mean '" + word + "'?").orElse("");
    }

    /** The nearest word, if it is at most one slip in three letters away. */
    static Optional<String> to(String typed, List<String> known) {
        int most = Math.max(1, typed.length() / 3);
        return known.stream()
                .filter(word -> slips(typed, word) <= most)
                .min(Comparator.comparingInt(word -> slips(typed, word)));
    }

    /** Insertions, deletions, replacements and swaps of neighbours: the optimal string alignment distance. */
    private static int slips(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int least = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
    }
}

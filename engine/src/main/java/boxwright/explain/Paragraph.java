package boxwright.explain;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of a width. */
public final class Paragraph {
    private Paragraph() {}

    /**
     * Breaks text at its spaces. A word that is longer than the width has a line of its own.
     *
     * @param width in characters
     */
    public static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

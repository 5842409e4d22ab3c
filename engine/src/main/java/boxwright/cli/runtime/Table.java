package boxwright.cli.runtime;

import java.util.List;

/** Text in columns, as Go's tabwriter makes them for runc. */
final class Table {
    private static final int LEAST = 12;
    private static final int GAP = 3;

    private Table() {}

    /** The rows, of equally many cells; the last column is not filled up. */
    static String of(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.max(LEAST, row.get(i).length() + GAP));
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                text.append(row.get(i));
                if (i < columns - 1) {
                    text.append(" ".repeat(widths[i] - row.get(i).length()));
                }
            }
            text.append('\n');
        }
        return text.toString();
    }
}

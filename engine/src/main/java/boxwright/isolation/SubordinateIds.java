package boxwright.isolation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The ids beside his own that a user may map, subuid(5): lines {@code name-or-number:first:count}.
 *
 * @param lines of {@code /etc/subuid} or {@code /etc/subgid}
 */
record SubordinateIds(List<String> lines) {
    SubordinateIds {
        lines = List.copyOf(lines);
    }

    /** Those of a file; none where it is not there or cannot be read. */
    static SubordinateIds in(Path file) {
        try {
            return new SubordinateIds(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new SubordinateIds(List.of());
        }
    }

    /**
     * What a user was granted. Inside and outside are the same in these ranges: they are ids of the machine.
     *
     * @param name as in {@code /etc/passwd}
     */
    List<IdMap.Range> of(String name, long user) {
        List<IdMap.Range> granted = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith(name + ":") || line.startsWith(user + ":")) {
                add(line, granted);
            }
        }
        return granted;
    }

    /** What anybody was granted. */
    List<IdMap.Range> all() {
        List<IdMap.Range> granted = new ArrayList<>();
        for (String line : lines) {
            add(line, granted);
        }
        return granted;
    }

    /** A line that is none is passed over, as newuidmap(1) does. */
    private static void add(String line, List<IdMap.Range> granted) {
        int colon = line.indexOf(':');
        try {
            String numbers = line.substring(colon + 1).strip();
            String first = numbers.substring(0, Math.max(numbers.indexOf(':'), 0));
            IdMap.Range range = IdMap.Range.parse(first + ":" + numbers);
            granted.add(range);
        } catch (IllegalArgumentException e) {
            return;
        }
    }
}

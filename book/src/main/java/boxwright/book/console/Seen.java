package boxwright.book.console;

import java.util.regex.Pattern;

/**
 * A line of output as a page shows it: with the values that were seen in the typed places, each between marks that no
 * program prints.
 */
public final class Seen {
    /** Before the kind of a place, between kind and value, after the value; and for lines that were left out. */
    static final char OPEN = '\uE000';

    static final char MIDDLE = '\uE001';
    static final char CLOSE = '\uE002';
    /** A line, or the rest of one, that is left out. */
    public static final String LEFT_OUT = "\uE003";

    /** A value with its marks; group 1 is the kind, group 2 the value. */
    public static final Pattern VALUE = Pattern.compile(OPEN + "([a-z]+)" + MIDDLE + "([^" + CLOSE + "]*)" + CLOSE);

    private Seen() {}

    static String value(Place place, String value) {
        return OPEN + place.word() + MIDDLE + value + CLOSE;
    }

    /** Without the marks. */
    public static String plain(String line) {
        return VALUE.matcher(line).replaceAll("$2").replace(LEFT_OUT, "…");
    }

    /** What a page shows of an expected line which nobody has seen: the places themselves. */
    public static String expected(String line) {
        if (line.strip().equals(ExpectedOutput.ANY)) {
            return LEFT_OUT;
        }
        return Place.WRITTEN
                .matcher(line)
                .replaceAll(place -> value(
                        Place.of(place.group(1)),
                        "<" + (place.group(2) == null ? place.group(1) : place.group(2)) + ">"));
    }
}

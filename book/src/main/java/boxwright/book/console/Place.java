package boxwright.book.console;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The kinds of typed places: what may vary in the output of a command, written {@code <pid>} or {@code <pid:label>}. */
public enum Place {
    PID("[1-9]\\d*", "a process number"),
    INODE("\\d+", "the number of a kernel object"),
    NUMBER("-?\\d[\\d,.]*", "a number"),
    SIZE("\\d+(?:\\.\\d+)? ?(?:[kKMGT]i?)?B?", "a size"),
    TIME("\\d+(?:[:.]\\d+)*(?: ?(?:ns|µs|us|ms|s|min))?", "a time"),
    DATE("[\\w:,.+-]+(?: [\\w:,.+-]+){0,5}", "a date"),
    HEX("(?:0x)?[0-9a-fA-F]+", "a hexadecimal number"),
    ADDRESS("[0-9a-fA-F.:]+(?:/\\d+)?", "an address"),
    NAME("[^\\s\"'()\\[\\],;]+", "a name"),
    PATH("[^\\s\"',;]+", "a path"),
    TEXT(".*", "words");

    /** {@code <pid>} and {@code <pid:label>} in a line of expected output. */
    static final Pattern WRITTEN =
            Pattern.compile("<(pid|inode|number|size|time|date|hex|address|name|path|text)" + "(?::([\\w-]+))?>");

    private static final Map<String, Place> BY_NAME = byName();

    private final String pattern;
    private final String meaning;

    Place(String pattern, String meaning) {
        this.pattern = pattern;
        this.meaning = meaning;
    }

    private static Map<String, Place> byName() {
        Map<String, Place> places = new java.util.HashMap<>();
        for (Place place : values()) {
            places.put(place.word(), place);
        }
        return Map.copyOf(places);
    }

    /** The kind of that name. */
    static Place of(String word) {
        Place place = BY_NAME.get(word);
        if (place == null) {
            throw new IllegalArgumentException(word);
        }
        return place;
    }

    /** As it is written. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What stands there, as a regular expression without groups. */
    String pattern() {
        return pattern;
    }

    /** What stands there, for a reader. */
    public String meaning() {
        return meaning;
    }

    /** The meaning of the place of that name. */
    public static String meaning(String word) {
        return of(word).meaning();
    }
}

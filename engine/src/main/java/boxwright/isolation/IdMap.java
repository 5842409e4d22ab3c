package boxwright.isolation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.StringTokenizer;

/**
 * Which user or group inside a user namespace is which one outside: the content of {@code uid_map} or {@code gid_map};
 * user_namespaces(7). An id that is in no range has no meaning inside: its files show the owner 65534, and nobody can
 * become it.
 *
 * @param ranges in the order in which they are written
 */
public record IdMap(List<Range> ranges) {
    /** UID_GID_MAP_MAX_EXTENTS in include/linux/user_namespace.h, since Linux 4.15. */
    private static final int MOST_RANGES = 340;
    /** (uid_t) -1 is no id: setresuid(2) has it for "leave it as it is". */
    private static final long END = 0xffff_ffffL;

    /**
     * Ids one after the other.
     *
     * @param inside the first one as the namespace sees it
     * @param outside the first one as its parent namespace does
     * @param count how many
     */
    public record Range(long inside, long outside, long count) {
        /** Every id is itself, as in the machine's first user namespace. */
        static final Range ALL = new Range(0, 0, END);

        public Range {
            if (count < 1) {
                throw new IllegalArgumentException("a range has at least one id, and this one " + count);
            }
            if (inside < 0 || outside < 0 || inside + count > END || outside + count > END) {
                throw new IllegalArgumentException("ids go from 0 to " + (END - 1) + ", and this range has others");
            }
        }

        /**
         * A range as podman-run(1) writes it.
         *
         * @param text {@code CONTAINER:HOST:SIZE}; without a size, one id
         * @throws IllegalArgumentException with the reason
         */
        public static Range parse(String text) {
            List<Long> numbers = new ArrayList<>();
            for (String part : text.split(":", -1)) {
                numbers.add(number(part));
            }
            if (numbers.size() < 2 || numbers.size() > 3) {
                throw new IllegalArgumentException("a range is written CONTAINER:HOST:SIZE, three numbers");
            }
            return new Range(numbers.get(0), numbers.get(1), numbers.size() == 3 ? numbers.get(2) : 1);
        }

        /** The lines of a file such as {@code /proc/self/uid_map}; none where nothing was written to it. */
        static List<Range> readAll(String map) {
            List<Range> ranges = new ArrayList<>();
            StringTokenizer numbers = new StringTokenizer(map);
            while (numbers.countTokens() >= 3) {
                ranges.add(new Range(
                        number(numbers.nextToken()), number(numbers.nextToken()), number(numbers.nextToken())));
            }
            return ranges;
        }

        /** Ten digits are enough for every id; more would be too much for a long, in time. */
        private static long number(String text) {
            boolean digits = !text.isEmpty() && text.length() <= 10;
            for (int i = 0; i < text.length(); i++) {
                digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
            }
            if (!digits) {
                throw new IllegalArgumentException("\"" + text + "\" is no id; a range is written CONTAINER:HOST:SIZE");
            }
            return Long.parseLong(text);
        }

        /** Field by field: the JVM makes the equals of a record at run time, outside of the AOT cache, in 15 ms. */
        boolean isAll() {
            return inside == ALL.inside && outside == ALL.outside && count == ALL.count;
        }

        boolean overlapsOutside(Range other) {
            return outside < other.outside + other.count && other.outside < outside + count;
        }

        private boolean hasInside(long id) {
            return id >= inside && id < inside + count;
        }

        /** Whether all ids outside are among those that another range has inside. */
        private boolean isWithin(Range granted) {
            return outside >= granted.inside && outside + count <= granted.inside + granted.count;
        }

        @Override
        public String toString() {
            return inside + ":" + outside + ":" + count;
        }
    }

    /** Checks what the kernel would refuse: user_namespaces(7), "Defining user and group ID mappings". */
    public IdMap {
        ranges = List.copyOf(ranges);
        if (ranges.isEmpty() || ranges.size() > MOST_RANGES) {
            throw new IllegalArgumentException("a map has 1 to " + MOST_RANGES + " ranges, and this one "
                    + (ranges.isEmpty() ? "none" : String.valueOf(ranges.size())));
        }
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = 0; j < i; j++) {
                requireApart(ranges.get(j), ranges.get(i));
            }
        }
    }

    private static void requireApart(Range one, Range other) {
        if (one.inside < other.inside + other.count && other.inside < one.inside + one.count) {
            throw new IllegalArgumentException(
                    "the ranges " + one + " and " + other + " overlap: an id inside would be two outside");
        }
        if (one.overlapsOutside(other)) {
            throw new IllegalArgumentException(
                    "the ranges " + one + " and " + other + " overlap: two ids inside would be one outside");
        }
    }

    /** One id, which is 0 inside: the map that everybody may make for himself. */
    public static IdMap rootIs(long outside) {
        return new IdMap(List.of(new Range(0, outside, 1)));
    }

    /** The id outside that an id inside is; none where it is in no range. */
    public OptionalLong outside(long inside) {
        for (Range range : ranges) {
            if (range.hasInside(inside)) {
                return OptionalLong.of(range.outside + inside - range.inside);
            }
        }
        return OptionalLong.empty();
    }

    /** The id inside that an id outside is; none where it is in no range. */
    public OptionalLong inside(long outside) {
        for (Range range : ranges) {
            if (outside >= range.outside && outside < range.outside + range.count) {
                return OptionalLong.of(range.inside + outside - range.outside);
            }
        }
        return OptionalLong.empty();
    }

    /** Whether an id means something inside. */
    public boolean has(long inside) {
        return outside(inside).isPresent();
    }

    /** The first range whose ids outside are not all in one of the ranges, inside, of another map. */
    Optional<Range> firstBeyond(List<Range> granted) {
        for (Range range : ranges) {
            boolean within = false;
            for (Range other : granted) {
                within |= range.isWithin(other);
            }
            if (!within) {
                return Optional.of(range);
            }
        }
        return Optional.empty();
    }

    /** What is written to {@code uid_map}: a line for each range. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (Range range : ranges) {
            text.append(text.isEmpty() ? "" : "\n")
                    .append(range.inside)
                    .append(' ')
                    .append(range.outside)
                    .append(' ')
                    .append(range.count);
        }
        return text.toString();
    }

    /** The same as arguments for newuidmap(1). */
    List<String> words() {
        List<String> words = new ArrayList<>();
        for (Range range : ranges) {
            words.add(Long.toString(range.inside));
            words.add(Long.toString(range.outside));
            words.add(Long.toString(range.count));
        }
        return words;
    }

    /** The ranges in a row, {@code 0:1000:1, 1:100000:65536}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Range range : ranges) {
            text.append(text.isEmpty() ? "" : ", ").append(range);
        }
        return text.toString();
    }
}

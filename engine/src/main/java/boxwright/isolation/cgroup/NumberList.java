package boxwright.isolation.cgroup;

import java.util.BitSet;

/** A list of processors or nodes as the kernel writes it, {@code 0-2,4}; in cpuset(7), "List format". */
public final class NumberList {
    /** More than any kernel is built for. */
    private static final int MOST = 1 << 16;

    private NumberList() {}

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static BitSet of(String text) {
        BitSet numbers = new BitSet();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = number(dash < 0 ? part : part.substring(0, dash), text);
            int last = dash < 0 ? first : number(part.substring(dash + 1), text);
            if (last < first) {
                throw invalid(text);
            }
            numbers.set(first, last + 1);
        }
        return numbers;
    }

    private static int number(String digits, String text) {
        if (digits.isEmpty() || digits.length() > 5) {
            throw invalid(text);
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                throw invalid(text);
            }
        }
        int number = Integer.parseInt(digits);
        if (number >= MOST) {
            throw invalid(text);
        }
        return number;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("'" + text + "' is no list of numbers such as 0-2,4");
    }

    /** Whether all of one list are in another. */
    static boolean isWithin(String inner, String outer) {
        BitSet rest = of(inner);
        rest.andNot(of(outer));
        return rest.isEmpty();
    }
}

package boxwright.cli;

/**
 * Numbers as Docker reads them. The loops are plain: a regular expression, and java.math, cost a cold JVM more than the
 * whole of the flags.
 */
public final class Amounts {
    private static final String PREFIXES = "kmgtp";

    private Amounts() {}

    /** A size such as {@code 64m}, {@code 1.5GiB} or {@code 1024}; RAMInBytes in docker/go-units. The units are of 1024. */
    public static long bytes(String text) {
        int digits = 0;
        while (digits < text.length() && (isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
            digits++;
        }
        String unit = text.substring(digits).strip();
        long factor = 1;
        int end = unit.length();
        if (end > 0 && lower(unit, end - 1) == 'b') {
            end--;
        }
        if (end > 1 && lower(unit, end - 1) == 'i') {
            end--;
        }
        if (end == 1) {
            int power = PREFIXES.indexOf(lower(unit, 0));
            end = power < 0 ? end : 0;
            factor = 1L << 10 * (power + 1);
        }
        try {
            double size = Double.parseDouble(text.substring(0, digits)) * factor;
            if (end == 0 && size <= Long.MAX_VALUE) {
                return (long) size;
            }
        } catch (NumberFormatException e) {
            // the same message
        }
        throw new IllegalArgumentException("invalid size: '" + text + "'");
    }

    /** A whole number. */
    static long whole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number");
        }
    }

    /** A decimal number such as {@code 1.5}, in billionths. */
    static long billionths(String text) {
        int point = text.indexOf('.');
        String whole = point < 0 ? text : text.substring(0, point);
        String fraction = point < 0 ? "" : text.substring(point + 1);
        for (String digits : new String[] {whole, fraction}) {
            for (int i = 0; i < digits.length(); i++) {
                if (!isDigit(digits.charAt(i))) {
                    throw new IllegalArgumentException("failed to parse " + text + " as a rational number");
                }
            }
        }
        if (whole.isEmpty() && fraction.isEmpty() || whole.length() > 9) {
            throw new IllegalArgumentException("failed to parse " + text + " as a rational number");
        }
        if (fraction.length() > 9) {
            throw new IllegalArgumentException("value is too precise");
        }
        return Long.parseLong("0" + whole + fraction + "0".repeat(9 - fraction.length()));
    }

    private static boolean isDigit(char letter) {
        return letter >= '0' && letter <= '9';
    }

    private static char lower(String text, int index) {
        char letter = text.charAt(index);
        return letter >= 'A' && letter <= 'Z' ? (char) (letter + 32) : letter;
    }
}

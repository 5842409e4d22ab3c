package boxwright.cli;

import boxwright.kernel.Notation;

/** A signal as a user writes it: {@code TERM}, {@code SIGTERM}, {@code 15}, {@code RTMIN+3}; signal(7). */
final class SignalWord {
    /** The first and the last of the signals that have no meaning of their own; the C library keeps 32 and 33. */
    private static final int REALTIME_FIRST = 34;

    private static final int REALTIME_LAST = 64;

    private SignalWord() {}

    /**
     * The number of a signal.
     *
     * @throws IllegalArgumentException in Docker's words, where there is none
     */
    static int parse(String text) {
        int number = number(text);
        if (number < 1 || number > REALTIME_LAST) {
            throw new IllegalArgumentException("invalid signal: " + text);
        }
        return number;
    }

    private static int number(String text) {
        String name = text.toUpperCase(java.util.Locale.ROOT);
        if (!name.isEmpty() && name.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
            return name.length() > 3 ? -1 : Integer.parseInt(name);
        }
        if (!name.startsWith("SIG")) {
            name = "SIG" + name;
        }
        for (int signal = 1; signal < REALTIME_FIRST - 2; signal++) {
            if (Notation.SIGNAL.write(signal).equals(name)) {
                return signal;
            }
        }
        return switch (name) {
            case "SIGIOT" -> 6;
            case "SIGCLD" -> 17;
            case "SIGPOLL" -> 29;
            default -> realtime(name);
        };
    }

    private static int realtime(String name) {
        int first = offset(name, "SIGRTMIN", '+');
        int last = offset(name, "SIGRTMAX", '-');
        if (first >= 0) {
            return REALTIME_FIRST + first;
        }
        return last >= 0 ? REALTIME_LAST - last : -1;
    }

    /** What is added to a name, 0 to 30; -1 where it is another name. */
    private static int offset(String name, String base, char sign) {
        if (name.equals(base)) {
            return 0;
        }
        String rest = name.startsWith(base + sign) ? name.substring(base.length() + 1) : "";
        boolean number = !rest.isEmpty()
                && rest.length() <= 2
                && rest.chars().allMatch(letter -> letter >= '0' && letter <= '9');
        int offset = number ? Integer.parseInt(rest) : -1;
        return offset <= REALTIME_LAST - REALTIME_FIRST ? offset : -1;
    }
}

package boxwright.cli.runtime;

import java.util.List;
import java.util.Locale;

/** Signals by name, signal(7). */
final class SignalName {
    private static final int LAST = 64;
    private static final int FIRST_REAL_TIME = 34;

    private static final List<String> NAMES = List.of(
            ("0 HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP "
                            + "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
                    .split(" "));

    private SignalName() {}

    /**
     * The number of a signal.
     *
     * @param text {@code 9}, {@code 0} (which only asks whether somebody is there), {@code KILL}, {@code SIGKILL},
     *     {@code SIGRTMIN+3}; in any case
     * @throws UsageException where there is none
     */
    static int number(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        int index = NAMES.indexOf(name);
        if (index > 0) {
            return index;
        }
        switch (name) {
            case "IOT" -> {
                return NAMES.indexOf("ABRT");
            }
            case "CLD" -> {
                return NAMES.indexOf("CHLD");
            }
            case "POLL" -> {
                return NAMES.indexOf("IO");
            }
            default -> {}
        }
        try {
            int number = name.startsWith("RTMIN")
                    ? FIRST_REAL_TIME + offset(name.substring(5))
                    : name.startsWith("RTMAX") ? LAST + offset(name.substring(5)) : Integer.parseInt(name);
            if (number >= 0 && number <= LAST) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
        throw unknown(text);
    }

    private static int offset(String text) {
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private static UsageException unknown(String text) {
        return new UsageException("unknown signal \"" + text + "\"");
    }
}

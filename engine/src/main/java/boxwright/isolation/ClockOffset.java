package boxwright.isolation;

import java.util.Locale;

/**
 * How much a clock in a time namespace is ahead of the machine's; time_namespaces(7).
 *
 * @param clock which one
 * @param seconds ahead; negative for behind
 * @param nanoseconds to be added, 0 to 999999999
 */
public record ClockOffset(Clock clock, long seconds, int nanoseconds) {
    /** KTIME_SEC_MAX / 2, "an offset of more than half of that is refused" in kernel/time/namespace.c. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000 / 2;

    private static final int MOST_NANOSECONDS = 999_999_999;
    private static final int DIGITS = 9;

    /** A clock that a time namespace has of its own; clock_gettime(2). */
    public enum Clock {
        /** Time since some point in the past, without standby. */
        MONOTONIC,
        /** Time since the boot, with standby: {@code /proc/uptime}. */
        BOOTTIME;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public ClockOffset {
        if (seconds >= MOST_SECONDS || seconds <= -MOST_SECONDS) {
            throw new IllegalArgumentException("the kernel takes less than " + MOST_SECONDS + " seconds");
        }
        if (nanoseconds < 0 || nanoseconds > MOST_NANOSECONDS) {
            throw new IllegalArgumentException("nanoseconds go from 0 to " + MOST_NANOSECONDS);
        }
    }

    /**
     * An offset from words.
     *
     * @param text {@code monotonic=SECONDS} or {@code boottime=SECONDS}, with up to nine decimals
     * @throws IllegalArgumentException with the reason
     */
    public static ClockOffset parse(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? text : text.substring(0, equals);
        for (Clock clock : Clock.values()) {
            if (clock.word().equals(name) && equals >= 0) {
                return of(clock, text.substring(equals + 1));
            }
        }
        throw new IllegalArgumentException("it is written monotonic=SECONDS or boottime=SECONDS");
    }

    private static ClockOffset of(Clock clock, String number) {
        boolean behind = number.startsWith("-");
        int point = number.indexOf('.');
        String whole = number.substring(behind ? 1 : 0, point < 0 ? number.length() : point);
        String part = point < 0 ? "" : number.substring(point + 1);
        if (!isDigits(whole)
                || point >= 0 && !isDigits(part)
                || whole.length() > DIGITS * 2
                || part.length() > DIGITS) {
            throw new IllegalArgumentException("\"" + number + "\" is no number of seconds");
        }
        long seconds = Long.parseLong(whole);
        int nanoseconds = Integer.parseInt((part + "0".repeat(DIGITS)).substring(0, DIGITS));
        if (!behind) {
            return new ClockOffset(clock, seconds, nanoseconds);
        }
        // The kernel counts nanoseconds forward, as struct timespec does.
        return nanoseconds == 0
                ? new ClockOffset(clock, -seconds, 0)
                : new ClockOffset(clock, -seconds - 1, 1_000_000_000 - nanoseconds);
    }

    private static boolean isDigits(String text) {
        boolean digits = !text.isEmpty();
        for (int i = 0; i < text.length(); i++) {
            digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits;
    }

    /** What is written to {@code /proc/self/timens_offsets}. */
    String line() {
        return clock.word() + " " + seconds + " " + nanoseconds;
    }

    @Override
    public String toString() {
        return clock.word() + "=" + seconds + (nanoseconds == 0 ? "" : " s and " + nanoseconds + " ns");
    }
}

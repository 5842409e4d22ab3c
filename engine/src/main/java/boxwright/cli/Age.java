package boxwright.cli;

/** How long something has been there, as Docker says it: {@code 5 seconds}, {@code About a minute}, {@code 3 weeks}. */
final class Age {
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Age() {}

    static String words(long seconds) {
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 2 * MINUTE) {
            return seconds < MINUTE ? count(seconds, "second") : "About a minute";
        }
        if (seconds < 2 * HOUR) {
            return seconds < HOUR ? count(seconds / MINUTE, "minute") : "About an hour";
        }
        if (seconds < 2L * DAY) {
            return count(seconds / HOUR, "hour");
        }
        if (seconds < 14L * DAY) {
            return count(seconds / DAY, "day");
        }
        return seconds < 60L * DAY ? count(seconds / (7 * DAY), "week") : count(seconds / (30 * DAY), "month");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}

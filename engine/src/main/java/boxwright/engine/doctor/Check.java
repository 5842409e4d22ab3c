package boxwright.engine.doctor;

/**
 * One line of what `doctor` finds.
 *
 * @param name what was looked at, a word or two
 * @param status what came out
 * @param found what was there, a phrase
 * @param why why it matters; empty where all is well
 * @param step the chapter that needs it, such as {@code 07-cgroups}; empty where all is well or no chapter does
 * @param fix a command to type, or an option of the kernel; empty where all is well
 * @param stopsRun whether {@code boxwright run} fails because of it
 */
public record Check(String name, Status status, String found, String why, String step, String fix, boolean stopsRun) {
    /** All is well. */
    public static Check ok(String name, String found) {
        return new Check(name, Status.OK, found, "", "", "", false);
    }

    /** Works in part. */
    public static Check limited(String name, String found, String why, String step, String fix) {
        return new Check(name, Status.LIMITED, found, why, step, fix, false);
    }

    /** Not there. */
    public static Check missing(String name, String found, String why, String step, String fix) {
        return new Check(name, Status.MISSING, found, why, step, fix, false);
    }

    /** Could not be found out; {@code found} says what was in the way. */
    public static Check unknown(String name, String found, String why, String step, String fix) {
        return new Check(name, Status.UNKNOWN, found, why, step, fix, false);
    }

    /** The same; and {@code boxwright run} does not work without it. */
    Check stoppingRun() {
        return new Check(name, status, found, why, step, fix, true);
    }
}

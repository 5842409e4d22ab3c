package boxwright.cli;

import java.util.List;
import java.util.function.BiFunction;

/**
 * One flag of a verb. It is known by who declared it, and not by its names: two verbs may have a flag of the same names.
 *
 * @param <T> what its words become
 */
final class Flag<T> {

    /**
     * How a flag's text becomes its value. Throws IllegalArgumentException with the reason, which ends the message
     * {@code invalid argument "…" for "…" flag: }.
     */
    @FunctionalInterface
    interface Parser<T> {
        T parse(String text);
    }

    /** Whether a value belongs to it. */
    enum Takes {
        /** It is there or not; {@code --rm=false} is possible all the same. */
        NOTHING,
        /** One, behind an equals sign or as the next word. */
        VALUE,
        /** One, but only behind an equals sign; without, it means its first choice. */
        ATTACHED
    }

    private final String names;
    private final Takes takes;
    private final String type;
    private final String description;
    private final List<String> choices;
    private final T absent;
    private final BiFunction<T, String, T> more;

    /**
     * A flag.
     *
     * @param names as the help writes them: {@code -e, --env}
     * @param type what the help calls its value
     * @param choices the values that there are; empty where they cannot be listed
     * @param absent what it means when it is not given
     * @param more what it means when it is given once more, with this text; throws as a {@link Parser} does
     */
    Flag(
            String names,
            Takes takes,
            String type,
            String description,
            List<String> choices,
            T absent,
            BiFunction<T, String, T> more) {
        this.names = names;
        this.takes = takes;
        this.type = type;
        this.description = description;
        this.choices = choices;
        this.absent = absent;
        this.more = more;
    }

    /** As the help writes them, and Docker's errors: {@code -e, --env}. */
    String names() {
        return names;
    }

    /** The last one, which is the longest: {@code --env}. */
    String longName() {
        return names.substring(names.lastIndexOf(' ') + 1);
    }

    /** Whether it has this name, dashes included. */
    boolean isNamed(String name) {
        int end = names.length();
        for (int start = names.lastIndexOf(' ') + 1; ; start = names.lastIndexOf(' ', end - 1) + 1) {
            if (end - start == name.length() && names.startsWith(name, start)) {
                return true;
            }
            if (start == 0) {
                return false;
            }
            end = start - 2; // the comma and the space
        }
    }

    /** Whether it is this letter, in {@code -e} or in a bundle such as {@code -ite}. */
    boolean isLetter(char letter) {
        return names.charAt(0) == '-' && names.charAt(1) == letter && letter != '-';
    }

    /** Its letter with the dash, or its long name where it has none. */
    String shortName() {
        return names.charAt(1) == '-' ? longName() : names.substring(0, 2);
    }

    Takes takes() {
        return takes;
    }

    /** What the help calls its value; empty where it takes none. */
    String type() {
        return type;
    }

    String description() {
        return description;
    }

    /** The values that there are; empty where they cannot be listed. */
    List<String> choices() {
        return choices;
    }

    /** What the help says of it before the description: {@code -e, --env list}, {@code --explain[=tree|json]}. */
    String head() {
        return switch (takes) {
            case NOTHING -> names;
            case VALUE -> names + " " + type;
            case ATTACHED -> names + "[=" + type + "]";
        };
    }

    /** What it means when it is not given. */
    T absent() {
        return absent;
    }

    /** What it means when it is given once more, with this text; throws as a {@link Parser} does. */
    T more(T before, String text) {
        return more.apply(before, text);
    }
}

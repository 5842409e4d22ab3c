package boxwright.cli;

import java.util.List;

/** What is wrong with words, as Docker says it. */
final class Complaint {
    private Complaint() {}

    /** A flag that a verb does not have; here with what was probably meant. */
    static String unknownFlag(String name, Syntax syntax) {
        List<String> known = syntax.sortedFlags().stream().map(Flag::longName).toList();
        return "unknown flag: " + name + Nearest.hint(name, known);
    }

    /**
     * A letter that no flag has.
     *
     * @param bundle from that letter on
     */
    static String unknownLetter(String bundle) {
        return "unknown shorthand flag: '" + bundle.charAt(0) + "' in -" + bundle;
    }

    /** A flag at the end, whose value is not there. */
    static String lacksValue(Flag<?> flag) {
        return "flag needs an argument: " + flag.names();
    }

    /** A value that a flag refuses. */
    static String refused(String value, Flag<?> flag, String reason) {
        return "invalid argument \"" + value + "\" for \"" + flag.names() + "\" flag: " + reason;
    }
}

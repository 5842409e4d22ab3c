package boxwright.cli.runtime;

import java.util.List;

/**
 * A flag of a command.
 *
 * @param names long first, without dashes: {@code bundle}, {@code b}
 * @param value what the help calls its value; empty for a flag that is there or not
 * @param help what it does
 */
record Option(List<String> names, String value, String help) {
    /** A flag that is there or not. */
    static Option flag(String names, String help) {
        return new Option(List.of(names.split(", ")), "", help);
    }

    /** A flag with a value. */
    static Option value(String names, String value, String help) {
        return new Option(List.of(names.split(", ")), value, help);
    }

    String name() {
        return names.getFirst();
    }

    boolean isSwitch() {
        return value.isEmpty();
    }
}

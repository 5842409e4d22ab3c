package boxwright.cli;

import java.util.function.Supplier;

/**
 * One line of the command list: enough to list the verb without making it.
 *
 * @param name what the user types
 * @param summary one line for the list of commands
 * @param hidden whether help and completion leave it out
 * @param maker makes the verb; called only for the verb that was asked for
 */
record Verb(String name, String summary, boolean hidden, Supplier<Command> maker) {

    Verb(String name, String summary, Supplier<Command> maker) {
        this(name, summary, false, maker);
    }

    static Verb hidden(String name, Supplier<Command> maker) {
        return new Verb(name, "", true, maker);
    }
}

package boxwright.cli;

/** A verb that was asked for: its syntax, and what it does with words that fit the syntax. */
interface Command {

    /** The flags and operands; parsing, help and completion all read this one description. */
    Syntax syntax();

    /**
     * Does the work.
     *
     * @param words what the user typed, already checked against {@link #syntax}
     * @return the exit code of the process
     * @throws Exception whatever stopped it; {@link ErrorEdge} turns it into a message
     */
    int run(Words words, Console console) throws Exception;
}

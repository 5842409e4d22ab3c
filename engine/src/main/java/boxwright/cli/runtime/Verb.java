package boxwright.cli.runtime;

import java.util.List;

/** A command of the runtime, {@code create}. */
interface Verb {
    /** What it takes beside its flags, {@code <container-id>}. */
    String operands();

    /** What it does, in one line. */
    String summary();

    /** Its flags. */
    default List<Option> options() {
        return List.of();
    }

    /** How many operands it takes at least. */
    int fewest();

    /** How many operands it takes at most. */
    int most();

    /** Whether flags may stand behind operands. */
    default boolean flagsToTheEnd() {
        return true;
    }

    /**
     * Does it.
     *
     * @return the exit code of the process
     * @throws Exception whatever stopped it; {@link RuntimeMain} turns it into a message
     */
    int run(Words words, Settings settings) throws Exception;
}

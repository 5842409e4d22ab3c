package boxwright.kernel;

/**
 * A named piece of the plan's memory that a call fills and a later call reads: a descriptor, a process id, a wait
 * status, a buffer. Slots are compared by name, so a name is used once in a plan.
 *
 * @param name what it holds, as a C variable would be called
 * @param size in bytes; results of calls are ints, so at least 4
 */
public record Slot(String name, int size) {
    public Slot {
        if (size < 4) {
            throw new IllegalArgumentException("a slot holds at least an int: " + name + " has " + size + " bytes");
        }
    }

    /** A slot for an int. */
    public static Slot of(String name) {
        return new Slot(name, 4);
    }

    /** The int in the slot, as an argument. */
    public Argument value() {
        return new Argument.Value(this);
    }

    /** The slot's address, as an argument. */
    public Argument address() {
        return new Argument.Address(this);
    }
}

package boxwright.kernel;

import java.util.List;

/**
 * An argument of a system call in a plan, still symbolic: it knows what it means, so that it can be printed as C would
 * write it, and {@link EncodedPlan} knows how to turn it into 64 bits.
 */
public sealed interface Argument {
    /** The null pointer. */
    Argument NULL = new Literal(0, Notation.POINTER);

    /**
     * A literal.
     *
     * @param value the 64 bits
     * @param notation how C would write them
     */
    record Literal(long value, Notation notation) implements Argument {
        @Override
        public String toString() {
            return notation.write(value);
        }
    }

    /** The address of a NUL-terminated string in the plan's data. */
    record Text(String value) implements Argument {
        @Override
        public String toString() {
            return Notation.quoted(value);
        }
    }

    /** The address of a null-terminated array of string addresses, such as {@code argv}. */
    record Texts(List<String> values) implements Argument {
        public Texts {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return Notation.list(values.stream().map(Notation::quoted).toList());
        }
    }

    /**
     * The address of a C struct in the plan's data.
     *
     * @param fields in memory order, each aligned as C aligns it
     */
    record Struct(List<Field> fields) implements Argument {
        public Struct {
            fields = List.copyOf(fields);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("{");
            for (Field field : fields) {
                if (!field.isZero()) {
                    text.append(text.length() > 1 ? ", " : "").append(field);
                }
            }
            return text.append('}').toString();
        }

        /** The size in bytes, as {@code sizeof} gives it for a struct whose last field ends on its alignment. */
        public int size() {
            int size = 0;
            for (Field field : fields) {
                size += field.size();
            }
            return size;
        }
    }

    /**
     * A member of a struct.
     *
     * @param name the member's name in C
     * @param size in bytes: 1, 2, 4 or 8
     * @param value a literal, the address of something else (8 bytes), or the {@link Place} of a slot
     */
    record Field(String name, int size, Argument value) {
        boolean isZero() {
            return value instanceof Literal literal && literal.value() == 0;
        }

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** The int that an earlier call left in a slot: a descriptor, a process id. */
    record Value(Slot slot) implements Argument {
        @Override
        public String toString() {
            return slot.name();
        }
    }

    /** The address of a slot, for calls that write their answer through a pointer. */
    record Address(Slot slot) implements Argument {
        @Override
        public String toString() {
            return "&" + slot.name();
        }
    }

    /** Inside a struct: the slot lives here, so that an earlier result becomes part of the struct. */
    record Place(Slot slot) implements Argument {
        @Override
        public String toString() {
            return slot.name();
        }
    }

    /** An open file descriptor whose number is known beforehand. */
    static Argument fd(int number) {
        return new Literal(number, Notation.DESCRIPTOR);
    }

    /** A plain number. */
    static Argument number(long value) {
        return new Literal(value, Notation.DECIMAL);
    }

    /** A number that C would write in another way than in decimals. */
    static Argument number(long value, Notation notation) {
        return new Literal(value, notation);
    }

    /** A string. */
    static Argument text(String value) {
        return new Text(value);
    }

    /** A member of a struct that is a plain number of {@code size} bytes. */
    static Field field(String name, int size, long value) {
        return new Field(name, size, number(value));
    }

    /** A member of a struct. */
    static Field field(String name, int size, Argument value) {
        return new Field(name, size, value);
    }
}

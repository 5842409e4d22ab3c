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

    /** The address of a NUL-terminated string in the plan's data; so there is no NUL inside it. */
    record Text(String value) implements Argument {
        public Text {
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException(
                        "the kernel would take " + Notation.quoted(value) + " to end at the NUL byte in it");
            }
        }

        @Override
        public String toString() {
            return Notation.quoted(value);
        }
    }

    /** The address of a null-terminated array of string addresses, such as {@code argv}. */
    record Texts(List<String> values) implements Argument {
        public Texts {
            values = List.copyOf(values);
            values.forEach(Text::new);
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

    /** The address of an array of structs, one directly after the other. */
    record Array(List<Struct> elements) implements Argument {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return Notation.list(elements.stream().map(Struct::toString).toList());
        }
    }

    /**
     * The address of a number in the plan's data: an int that an ioctl reads, a set of signals.
     *
     * @param size in bytes: 4 or 8
     */
    record Word(int size, Literal literal) implements Argument {
        @Override
        public String toString() {
            return literal.toString();
        }
    }

    /**
     * The address of 64-bit words in the plan's data that Java has computed for the kernel, such as a BPF program, each of
     * whose instructions is one.
     *
     * @param written what stands for them in print
     */
    record Words(List<Long> values, String written) implements Argument {
        public Words {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return written;
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
        public Field {
            boolean fits = size == 8;
            if (value instanceof Literal literal) {
                fits |= fits(literal.value(), size * 8);
            } else if (value instanceof Place place) {
                fits = place.slot().size() <= size;
            } else if (value instanceof Value) {
                // The launcher reads slots for arguments only: a Place is meant.
                fits = false;
            }
            if (!fits || size > 8 || Integer.bitCount(size) != 1) {
                throw new IllegalArgumentException(
                        "the member " + name + " of " + size + " bytes cannot hold " + value);
            }
        }

        /** Signed or unsigned, as C would let it pass. */
        private static boolean fits(long value, int bits) {
            return value >> bits == 0 || value >> (bits - 1) == -1;
        }

        /** Members that are 0 and mean nothing by it are not printed; a descriptor 0 is. */
        boolean isZero() {
            return value instanceof Literal literal
                    && literal.value() == 0
                    && (literal.notation().equals(Notation.DECIMAL)
                            || literal.notation().equals(Notation.POINTER));
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

    /** The address of an int. */
    static Argument pointerTo(int value) {
        return new Word(4, new Literal(value, number -> "[" + number + "]"));
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

package boxwright.isolation.seccomp;

/**
 * A condition on an argument of a system call, all 64 bits of it, unsigned.
 *
 * @param index which argument, 0 to 5
 * @param op how it is compared
 * @param value what with; for {@link Op#MASKED_EQ} the mask
 * @param valueTwo for {@link Op#MASKED_EQ} what has to remain under the mask, else 0
 */
public record Comparison(int index, Op op, long value, long valueTwo) {
    /** The operators of the runtime specification. */
    public enum Op {
        NE,
        LT,
        LE,
        EQ,
        GE,
        GT,
        MASKED_EQ;

        static Op of(String symbol) {
            for (Op op : values()) {
                if (symbol.equals(op.symbol())) {
                    return op;
                }
            }
            throw new SeccompException("unknown operator \"" + symbol + "\"");
        }

        String symbol() {
            return "SCMP_CMP_" + name();
        }
    }

    public Comparison {
        if (index < 0 || index > 5) {
            throw new SeccompException("a system call has the arguments 0 to 5, and no " + index);
        }
    }

    /** A comparison with one value. */
    public static Comparison of(int index, Op op, long value) {
        return new Comparison(index, op, value, 0);
    }

    /** {@code (argument & mask) == value}. */
    public static Comparison masked(int index, long mask, long value) {
        return new Comparison(index, Op.MASKED_EQ, mask, value);
    }

    /** Whether an argument fulfils it: the definition that the compiled program is held to. */
    public boolean matches(long argument) {
        int order = Long.compareUnsigned(argument, value);
        return switch (op) {
            case NE -> order != 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            case EQ -> order == 0;
            case GE -> order >= 0;
            case GT -> order > 0;
            case MASKED_EQ -> (argument & value) == valueTwo;
        };
    }

    @Override
    public String toString() {
        String argument = "arg" + index;
        String number = hex(value);
        return switch (op) {
            case NE -> argument + " != " + number;
            case LT -> argument + " < " + number;
            case LE -> argument + " <= " + number;
            case EQ -> argument + " == " + number;
            case GE -> argument + " >= " + number;
            case GT -> argument + " > " + number;
            case MASKED_EQ -> "(" + argument + " & " + number + ") == " + hex(valueTwo);
        };
    }

    static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}

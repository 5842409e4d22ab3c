package boxwright.isolation.seccomp;

import boxwright.kernel.Errno;

/**
 * What the kernel does with a system call: the answer of a filter, seccomp(2).
 *
 * @param kind which
 * @param data the errno of {@link Kind#ERRNO}, the message of {@link Kind#TRACE}, else 0
 */
public record Action(Kind kind, int data) {
    /** Answers, with their {@code SECCOMP_RET_…} values of {@code include/uapi/linux/seccomp.h}. */
    public enum Kind {
        KILL_PROCESS("SCMP_ACT_KILL_PROCESS", 0x80000000),
        KILL_THREAD("SCMP_ACT_KILL_THREAD", 0),
        TRAP("SCMP_ACT_TRAP", 0x30000),
        ERRNO("SCMP_ACT_ERRNO", 0x50000),
        NOTIFY("SCMP_ACT_NOTIFY", 0x7fc00000),
        TRACE("SCMP_ACT_TRACE", 0x7ff00000),
        LOG("SCMP_ACT_LOG", 0x7ffc0000),
        ALLOW("SCMP_ACT_ALLOW", 0x7fff0000);

        private final String symbol;
        private final int base;

        Kind(String symbol, int base) {
            this.symbol = symbol;
            this.base = base;
        }

        /** The kind of that name; {@code SCMP_ACT_KILL} is the old name of {@link #KILL_THREAD}. */
        static Kind of(String symbol) {
            for (Kind kind : values()) {
                if (kind.symbol.equals(symbol)) {
                    return kind;
                }
            }
            if (symbol.equals("SCMP_ACT_KILL")) {
                return KILL_THREAD;
            }
            throw new SeccompException("unknown action \"" + symbol + "\"");
        }

        /** Whether the answer carries a number that the profile chooses. */
        boolean hasData() {
            return this == ERRNO || this == TRACE;
        }
    }

    public static final Action ALLOW = new Action(Kind.ALLOW, 0);
    public static final Action KILL_PROCESS = new Action(Kind.KILL_PROCESS, 0);

    public Action {
        // The kernel would cut the errno down to MAX_ERRNO, and the message to 16 bits.
        int most = kind == Kind.ERRNO ? 4095 : kind.hasData() ? 0xffff : 0;
        if (data < 0 || data > most) {
            throw new SeccompException(
                    kind.hasData() ? "errnoRet " + data + " is not 0 to " + most : kind.symbol + " takes no errnoRet");
        }
    }

    /** The call fails with that errno and is never made. */
    public static Action errno(int errno) {
        return new Action(Kind.ERRNO, errno);
    }

    /** What the BPF program returns. */
    public int returnValue() {
        return kind.base | data;
    }

    /** Whether calls that nobody thought of are let through, to the kernel or to a tracer. */
    boolean isPermissive() {
        return kind == Kind.ALLOW || kind == Kind.LOG || kind == Kind.TRACE;
    }

    /** The action behind a return value; {@link BpfListing} prints it. */
    static Action ofReturnValue(int value) {
        for (Kind kind : Kind.values()) {
            if (kind.base == (value & 0xffff0000)) {
                return new Action(kind, value & 0xffff);
            }
        }
        throw new IllegalArgumentException("no SECCOMP_RET_… has the value " + Integer.toHexString(value));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ERRNO -> "ERRNO(" + Errno.name(data) + ")";
            case TRACE -> "TRACE(" + data + ")";
            default -> kind.name();
        };
    }
}

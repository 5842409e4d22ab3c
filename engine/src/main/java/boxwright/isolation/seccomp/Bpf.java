package boxwright.isolation.seccomp;

/**
 * The instructions of classic BPF that seccomp filters use; {@code include/uapi/linux/bpf_common.h},
 * Documentation/networking/filter.rst.
 */
public final class Bpf {
    /** A := the 32-bit word at offset k of {@code struct seccomp_data}. */
    public static final int LOAD = 0x20;
    /** A := A &amp; k. */
    public static final int AND = 0x54;
    /** On by k instructions. */
    public static final int JUMP = 0x05;
    /** On by jt instructions if A == k, else by jf. */
    public static final int JUMP_EQ = 0x15;
    /** On by jt instructions if A &gt; k (unsigned), else by jf. */
    public static final int JUMP_GT = 0x25;
    /** On by jt instructions if A &gt;= k (unsigned), else by jf. */
    public static final int JUMP_GE = 0x35;
    /** The answer is k. */
    public static final int RETURN = 0x06;

    /** {@code seccomp_data.nr}; seccomp(2). */
    public static final int NUMBER = 0;
    /** {@code seccomp_data.arch}. */
    public static final int ARCH = 4;

    private Bpf() {}

    /** The offset of the lower half of an argument: both our architectures are little-endian. */
    static int low(int argument) {
        return 16 + 8 * argument;
    }

    /** The offset of the upper half of an argument. */
    static int high(int argument) {
        return low(argument) + 4;
    }
}

package boxwright.isolation.seccomp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A compiled filter: {@code struct sock_filter[]}, each instruction in 64 bits as it lies in memory (little-endian). */
public final class Program {
    /** {@code BPF_MAXINSNS}, {@code include/uapi/linux/bpf_common.h}. */
    public static final int MOST_INSTRUCTIONS = 4096;

    private final long[] instructions;

    Program(long[] instructions) {
        this.instructions = instructions.clone();
    }

    static long instruction(int code, int yes, int no, int k) {
        return (long) k << 32 | (long) no << 24 | (long) yes << 16 | code;
    }

    /** How many instructions. */
    public int length() {
        return instructions.length;
    }

    /** The operation of an instruction, one of {@link Bpf}. */
    public int code(int index) {
        return (int) instructions[index] & 0xffff;
    }

    /** How many instructions a branch skips when its condition holds. */
    public int yes(int index) {
        return (int) (instructions[index] >> 16) & 0xff;
    }

    /** How many instructions a branch skips when its condition does not hold. */
    public int no(int index) {
        return (int) (instructions[index] >> 24) & 0xff;
    }

    /** The constant of an instruction. */
    public int k(int index) {
        return (int) (instructions[index] >> 32);
    }

    /** What the program answers to a call whose arguments are all 0: enough to know what becomes of a plan's own calls. */
    public Action answer(Abi abi, int number) {
        int accumulator = 0;
        for (int i = 0; ; i++) {
            int k = k(i);
            switch (code(i)) {
                case Bpf.RETURN -> {
                    return Action.ofReturnValue(k);
                }
                case Bpf.LOAD -> accumulator = k == Bpf.NUMBER ? number : k == Bpf.ARCH ? abi.auditArch() : 0;
                case Bpf.AND -> accumulator &= k;
                case Bpf.JUMP -> i += k;
                case Bpf.JUMP_EQ -> i += accumulator == k ? yes(i) : no(i);
                case Bpf.JUMP_GE -> i += Integer.compareUnsigned(accumulator, k) >= 0 ? yes(i) : no(i);
                default -> i += Integer.compareUnsigned(accumulator, k) > 0 ? yes(i) : no(i);
            }
        }
    }

    /** The instructions as they lie in memory. */
    public List<Long> words() {
        List<Long> words = new ArrayList<>(instructions.length);
        for (long instruction : instructions) {
            words.add(instruction);
        }
        return words;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Program program && Arrays.equals(instructions, program.instructions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(instructions);
    }

    @Override
    public String toString() {
        return instructions.length + " BPF instructions";
    }
}

package boxwright.isolation.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs classic BPF as the kernel does, and checks a program as strictly: {@code bpf_check_classic} and seccomp's own. */
final class BpfMachine {
    private final Program program;

    BpfMachine(Program program) {
        this.program = program;
        assertThat(program.length()).isBetween(1, 4096);
        for (int i = 0; i < program.length(); i++) {
            int left = program.length() - i - 2;
            switch (program.code(i)) {
                case Bpf.RETURN, Bpf.AND -> {}
                case Bpf.LOAD -> assertThat(program.k(i)).isBetween(0, 60).matches(k -> k % 4 == 0);
                case Bpf.JUMP -> assertThat(program.k(i)).isBetween(0, left);
                case Bpf.JUMP_EQ, Bpf.JUMP_GE, Bpf.JUMP_GT -> {
                    assertThat(program.yes(i)).isLessThanOrEqualTo(left);
                    assertThat(program.no(i)).isLessThanOrEqualTo(left);
                }
                default -> throw new AssertionError("instruction " + i + " has the code " + program.code(i));
            }
        }
        assertThat(program.code(program.length() - 1)).isEqualTo(Bpf.RETURN);
    }

    /** The answer for a call, {@code SECCOMP_RET_…}. */
    int run(int auditArch, int number, long[] arguments) {
        int accumulator = 0;
        for (int i = 0; ; i++) {
            int k = program.k(i);
            switch (program.code(i)) {
                case Bpf.LOAD -> accumulator = word(k, auditArch, number, arguments);
                case Bpf.AND -> accumulator &= k;
                case Bpf.JUMP -> i += k;
                case Bpf.JUMP_EQ -> i += accumulator == k ? program.yes(i) : program.no(i);
                case Bpf.JUMP_GE -> i += Integer.compareUnsigned(accumulator, k) >= 0 ? program.yes(i) : program.no(i);
                case Bpf.JUMP_GT -> i += Integer.compareUnsigned(accumulator, k) > 0 ? program.yes(i) : program.no(i);
                default -> {
                    return k;
                }
            }
        }
    }

    /** How many instructions a call costs. */
    int steps(int auditArch, int number, long[] arguments) {
        int steps = 0;
        int accumulator = 0;
        for (int i = 0; ; i++) {
            int k = program.k(i);
            steps++;
            switch (program.code(i)) {
                case Bpf.LOAD -> accumulator = word(k, auditArch, number, arguments);
                case Bpf.AND -> accumulator &= k;
                case Bpf.JUMP -> i += k;
                case Bpf.JUMP_EQ -> i += accumulator == k ? program.yes(i) : program.no(i);
                case Bpf.JUMP_GE -> i += Integer.compareUnsigned(accumulator, k) >= 0 ? program.yes(i) : program.no(i);
                case Bpf.JUMP_GT -> i += Integer.compareUnsigned(accumulator, k) > 0 ? program.yes(i) : program.no(i);
                default -> {
                    return steps;
                }
            }
        }
    }

    /** {@code struct seccomp_data}: nr, arch, instruction pointer, six arguments; little-endian. */
    private static int word(int offset, int auditArch, int number, long[] arguments) {
        if (offset < 8) {
            return offset == 0 ? number : auditArch;
        }
        long whole = offset < 16 ? 0 : arguments[(offset - 16) / 8];
        return (int) (offset % 8 == 0 ? whole : whole >>> 32);
    }
}

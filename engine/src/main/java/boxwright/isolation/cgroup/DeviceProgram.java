package boxwright.isolation.cgroup;

import boxwright.kernel.Argument;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of devices as a program for the kernel's extended BPF; Documentation/bpf/standardization/instruction-set.rst.
 * Version 2 has no file for the list: the kernel asks a program of the type {@code BPF_PROG_TYPE_CGROUP_DEVICE} before a
 * device is opened or made, which returns 1 for yes.
 *
 * <p>The program gets a {@code struct bpf_cgroup_dev_ctx}: what is to be done in the upper half of a word, and the type of
 * the device in its lower half; then the major and the minor number.
 */
final class DeviceProgram {
    static final int LOAD_WORD = 0x61;
    static final int MOVE_REGISTER = 0xbf;
    static final int MOVE = 0xb7;
    static final int AND = 0x57;
    static final int SHIFT_RIGHT = 0x77;
    static final int JUMP_UNLESS_EQUAL = 0x55;
    static final int EXIT = 0x95;

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    /** {@code BPF_DEVCG_DEV_…} of include/uapi/linux/bpf.h. */
    private static final int BLOCK = 1;

    private static final int CHARACTER = 2;

    private final List<Long> instructions = new ArrayList<>();

    private DeviceProgram() {}

    /** The program as an argument of bpf(2). */
    static Argument.Words of(DeviceRules rules) {
        DeviceProgram program = new DeviceProgram();
        program.load(TYPE, 0);
        program.add(MOVE_REGISTER, ACCESS, TYPE, 0, 0);
        program.add(AND, TYPE, 0, 0, 0xffff);
        program.add(SHIFT_RIGHT, ACCESS, 0, 0, 16);
        program.load(MAJOR, 4);
        program.load(MINOR, 8);
        for (DeviceRule rule : rules.allowed()) {
            program.allow(rule);
        }
        program.answer(0);
        return new Argument.Words(
                program.instructions, "[" + program.instructions.size() + " instructions: " + words(rules) + "]");
    }

    private static String words(DeviceRules rules) {
        StringBuilder words = new StringBuilder();
        for (DeviceRule rule : rules.allowed()) {
            words.append(words.isEmpty() ? "" : ", ").append(rule);
        }
        return words.isEmpty() ? "none" : words.toString();
    }

    /** Each test that fails jumps behind the answer. */
    private void allow(DeviceRule rule) {
        int tests = (rule.type() == 'a' ? 0 : 1)
                + (rule.access() == DeviceRule.ALL ? 0 : 3)
                + (rule.major() < 0 ? 0 : 1)
                + (rule.minor() < 0 ? 0 : 1);
        int end = instructions.size() + tests + 2;
        if (rule.type() != 'a') {
            jumpUnless(TYPE, rule.type() == 'b' ? BLOCK : CHARACTER, end);
        }
        if (rule.access() != DeviceRule.ALL) {
            add(MOVE_REGISTER, SCRATCH, ACCESS, 0, 0);
            add(AND, SCRATCH, 0, 0, DeviceRule.ALL & ~rule.access());
            jumpUnless(SCRATCH, 0, end);
        }
        if (rule.major() >= 0) {
            jumpUnless(MAJOR, rule.major(), end);
        }
        if (rule.minor() >= 0) {
            jumpUnless(MINOR, rule.minor(), end);
        }
        answer(1);
    }

    private void answer(int value) {
        add(MOVE, RESULT, 0, 0, value);
        add(EXIT, 0, 0, 0, 0);
    }

    private void load(int register, int offset) {
        add(LOAD_WORD, register, CONTEXT, offset, 0);
    }

    private void jumpUnless(int register, int value, int to) {
        add(JUMP_UNLESS_EQUAL, register, 0, to - instructions.size() - 1, value);
    }

    /** Code, two registers of four bits, an offset of 16 bits, a number of 32 bits; in memory, the lowest first. */
    private void add(int code, int to, int from, int offset, int number) {
        instructions.add(code | (long) to << 8 | (long) from << 12 | (offset & 0xffffL) << 16 | (long) number << 32);
    }
}

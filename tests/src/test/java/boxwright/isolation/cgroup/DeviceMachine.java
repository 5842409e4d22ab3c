package boxwright.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Runs the part of extended BPF that programs about devices use, and checks a program as the kernel's verifier would. */
final class DeviceMachine {
    private final List<Long> program;

    DeviceMachine(List<Long> program) {
        this.program = program;
        for (int i = 0; i < program.size(); i++) {
            assertThat(code(i))
                    .isIn(
                            DeviceProgram.LOAD_WORD,
                            DeviceProgram.MOVE_REGISTER,
                            DeviceProgram.MOVE,
                            DeviceProgram.AND,
                            DeviceProgram.SHIFT_RIGHT,
                            DeviceProgram.JUMP_UNLESS_EQUAL,
                            DeviceProgram.EXIT);
            if (code(i) == DeviceProgram.JUMP_UNLESS_EQUAL) {
                assertThat(offset(i)).as("forwards").isBetween(0, program.size() - i - 2);
            }
        }
        assertThat(code(program.size() - 1)).isEqualTo(DeviceProgram.EXIT);
    }

    /**
     * Whether the program allows something.
     *
     * @param type 1 for a block device, 2 for a character device
     */
    boolean allows(int type, int access, int major, int minor) {
        Long[] registers = new Long[11]; // null: not set yet, and not to be read
        for (int i = 0; ; i++) {
            int to = (int) (program.get(i) >>> 8 & 15);
            int from = (int) (program.get(i) >>> 12 & 15);
            long number = program.get(i) >> 32;
            switch (code(i)) {
                case DeviceProgram.LOAD_WORD -> {
                    assertThat(from).as("the context").isEqualTo(1);
                    registers[to] = switch (offset(i)) {
                        case 0 -> (long) access << 16 | type;
                        case 4 -> (long) major;
                        case 8 -> (long) minor;
                        default -> throw new AssertionError("there is nothing at " + offset(i));
                    };
                }
                case DeviceProgram.MOVE_REGISTER -> registers[to] = read(registers, from);
                case DeviceProgram.MOVE -> registers[to] = number;
                case DeviceProgram.AND -> registers[to] = read(registers, to) & number;
                case DeviceProgram.SHIFT_RIGHT -> registers[to] = read(registers, to) >>> number;
                case DeviceProgram.JUMP_UNLESS_EQUAL -> i += read(registers, to) == number ? 0 : offset(i);
                default -> {
                    return read(registers, 0) == 1;
                }
            }
        }
    }

    private static long read(Long[] registers, int register) {
        assertThat(registers[register]).as("register " + register).isNotNull();
        return registers[register];
    }

    private int code(int i) {
        return (int) (program.get(i) & 0xff);
    }

    private int offset(int i) {
        return (short) (program.get(i) >>> 16);
    }
}

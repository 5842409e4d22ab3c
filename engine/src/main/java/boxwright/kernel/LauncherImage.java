package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The launcher as an ELF file, elf(5): two segments, the code and the plan. The kernel maps both; the code opens nothing
 * and maps nothing itself.
 *
 * <p>It is an {@code ET_EXEC}: the addresses in the plan are final. The second segment is private, so a write to a slot
 * changes the process's own copy only, and the file can be sealed.
 */
final class LauncherImage {
    private static final int CODE_BASE = 0x400000;
    private static final int HEADER_SIZE = 64;
    private static final int PROGRAM_HEADER_SIZE = 56;

    private static final int PT_LOAD = 1;
    private static final int PT_GNU_STACK = 0x6474e551;
    private static final int PF_X = 1;
    private static final int PF_W = 2;
    private static final int PF_R = 4;

    private LauncherImage() {}

    /** The bytes of the file. */
    static byte[] of(byte[] plan, Architecture architecture) {
        byte[] code = architecture.launcherCode().bytes();
        int codeOffset = HEADER_SIZE + 3 * PROGRAM_HEADER_SIZE;
        int codeEnd = codeOffset + code.length;
        // The offset and the address of a segment must be alike modulo the page size.
        int planOffset = architecture.largestPage();
        ByteBuffer elf = ByteBuffer.allocate(planOffset + plan.length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
        elf.putShort((short) 2).putShort((short) architecture.elfMachine()).putInt(1);
        elf.putLong(CODE_BASE + codeOffset).putLong(HEADER_SIZE).putLong(0).putInt(0);
        elf.putShort((short) HEADER_SIZE).putShort((short) PROGRAM_HEADER_SIZE).putShort((short) 3);
        elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
        segment(elf, PT_LOAD, PF_R | PF_X, 0, CODE_BASE, codeEnd, architecture.largestPage());
        segment(elf, PT_LOAD, PF_R | PF_W, planOffset, EncodedPlan.BASE, plan.length, architecture.largestPage());
        segment(elf, PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 16);
        elf.put(code).position(planOffset).put(plan);
        return elf.array();
    }

    private static void segment(ByteBuffer elf, int type, int flags, long offset, long address, long size, long align) {
        elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
        elf.putLong(size).putLong(size).putLong(align);
    }
}

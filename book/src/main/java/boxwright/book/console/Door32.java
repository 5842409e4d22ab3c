package boxwright.book.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/** Whether the kernel of an x86-64 takes 32-bit system calls. */
final class Door32 {
    private Door32() {}

    /**
     * An x86-64 program that asks for its number by the door for 32 bits, {@code int $0x80}; where that is shut, it ends by
     * SIGSEGV. No setting tells: it may be off in the kernel, by its command line, or by whoever runs the machine.
     */
    private static final String KNOCK = "7f454c46020101000000000000000000" // ELF header: 64 bits, little-endian
            + "02003e00010000007800400000000000" // an executable of x86-64, entered at 0x400078
            + "40000000000000000000000000000000" // the program header follows
            + "00000000400038000100000000000000"
            + "01000000050000000000000000000000" // PT_LOAD, to be read and executed, from the file's start
            + "00004000000000000000400000000000" // at 0x400000
            + "88000000000000008800000000000000" // 136 bytes
            + "0010000000000000"
            + "b814000000cd80" // mov $20, %eax; int $0x80: getpid
            + "31ffb83c0000000f05"; // xor %edi, %edi; mov $60, %eax; syscall: exit(0)

    static boolean isOpen() {
        try {
            Path program = Files.createTempFile("knock", "");
            try {
                Files.write(program, HexFormat.of().parseHex(KNOCK));
                Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
                return new ProcessBuilder(program.toString()).start().waitFor() == 0;
            } finally {
                Files.delete(program);
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

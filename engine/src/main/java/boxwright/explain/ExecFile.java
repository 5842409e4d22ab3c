package boxwright.explain;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel looks at in a file before it executes it; execve(2), elf(5).
 *
 * @param kind what it is
 * @param interpreter the program that it asks for, of a {@code #!} line or an ELF file; empty for none
 * @param machine of an ELF file, such as {@code aarch64}; empty for others
 */
record ExecFile(Kind kind, String interpreter, String machine) {
    enum Kind {
        ELF,
        SCRIPT,
        EMPTY,
        OTHER
    }

    private static final int PT_INTERP = 3;
    /** The kernel reads as much of a {@code #!} line; BINPRM_BUF_SIZE. */
    private static final int LINE = 256;
    /** Enough for the headers and the interpreter's name of any usual program. */
    private static final int HEAD = 64 * 1024;

    /** Looks into a file; empty where it cannot be read. */
    static Optional<ExecFile> of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(of(in.readNBytes(HEAD)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static ExecFile of(byte[] head) {
        if (head.length == 0) {
            return new ExecFile(Kind.EMPTY, "", "");
        }
        if (head.length > 2 && head[0] == '#' && head[1] == '!') {
            String line = new String(head, 2, Math.min(head.length, LINE) - 2, StandardCharsets.UTF_8);
            String first = line.lines().findFirst().orElse("").strip();
            return new ExecFile(Kind.SCRIPT, first.split("[ \t]")[0], "");
        }
        if (head.length < 64 || head[0] != 0x7f || head[1] != 'E' || head[2] != 'L' || head[3] != 'F') {
            return new ExecFile(Kind.OTHER, "", "");
        }
        ByteOrder order = head[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteBuffer elf = ByteBuffer.wrap(head).order(order);
        boolean wide = head[4] == 2;
        return new ExecFile(Kind.ELF, interpreter(elf, wide), machine(elf.getShort(18), wide, order));
    }

    /** The segment PT_INTERP of the program headers. */
    private static String interpreter(ByteBuffer elf, boolean wide) {
        long table = wide ? elf.getLong(32) : elf.getInt(28);
        int size = elf.getShort(wide ? 54 : 42);
        int count = elf.getShort(wide ? 56 : 44);
        for (int i = 0; i < count && table >= 0 && table + (i + 1L) * size <= elf.limit(); i++) {
            int header = (int) table + i * size;
            if (elf.getInt(header) == PT_INTERP) {
                long offset = wide ? elf.getLong(header + 8) : elf.getInt(header + 4);
                long length = wide ? elf.getLong(header + 32) : elf.getInt(header + 16);
                if (offset >= 0 && length > 1 && offset + length <= elf.limit()) {
                    return new String(elf.array(), (int) offset, (int) length - 1, StandardCharsets.UTF_8);
                }
            }
        }
        return "";
    }

    private static String machine(int number, boolean wide, ByteOrder order) {
        String name = switch (number) {
            case 3 -> "32-bit x86";
            case 8 -> "MIPS";
            case 21 -> order == ByteOrder.LITTLE_ENDIAN ? "ppc64le" : "ppc64";
            case 22 -> "s390";
            case 40 -> "32-bit ARM";
            case 62 -> "x86-64";
            case 183 -> "aarch64";
            case 243 -> "RISC-V";
            default -> "machine number " + number;
        };
        return number == 62 && !wide ? "x32" : name;
    }
}

package boxwright.image;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an ELF file says about how it wants to be started: the part that execve(2) and the dynamic loader read, and no
 * more. The names are those of elf(5) and of the System V gABI, chapters 4 and 5 ("Object Files", "Program Loading and
 * Dynamic Linking").
 *
 * <p>Only the program headers are read. Section headers are for linkers and debuggers; a stripped program may lack them
 * and the kernel never looks at them.
 *
 * @param bits 32 or 64, from {@code e_ident[EI_CLASS]}
 * @param order byte order, from {@code e_ident[EI_DATA]}
 * @param type from {@code e_type}
 * @param machine {@code e_machine}, an {@code EM_} number: 62 is x86-64, 183 is aarch64
 * @param interpreter {@code PT_INTERP}: the dynamic loader, an absolute path; empty in a static program and in most
 *     libraries
 * @param soname {@code DT_SONAME}: the name by which other files need this library
 * @param needed {@code DT_NEEDED}: the libraries that this file needs, in its own order
 * @param rpath {@code DT_RPATH}, split at the colons, not yet expanded
 * @param runpath {@code DT_RUNPATH}, split at the colons, not yet expanded
 * @param pie whether {@code DT_FLAGS_1} has {@code DF_1_PIE}: a program that can be loaded anywhere, which its type
 *     alone ({@code DYN}) does not tell from a library
 * @param noDefaultLibraries whether {@code DT_FLAGS_1} has {@code DF_1_NODEFLIB}: default directories are not searched
 */
public record ElfFile(
        int bits,
        ByteOrder order,
        Type type,
        int machine,
        Optional<String> interpreter,
        Optional<String> soname,
        List<String> needed,
        List<String> rpath,
        List<String> runpath,
        boolean pie,
        boolean noDefaultLibraries) {

    /** {@code e_type}. */
    public enum Type {
        /** {@code ET_EXEC}: a program at a fixed address. */
        EXECUTABLE,
        /** {@code ET_DYN}: a shared library, or a position-independent program. */
        SHARED,
        /** {@code ET_REL}, {@code ET_CORE} or a number that the gABI does not name: nothing that can be started. */
        OTHER
    }

    public static final int EM_386 = 3;
    public static final int EM_ARM = 40;
    public static final int EM_X86_64 = 62;
    public static final int EM_AARCH64 = 183;

    /**
     * Reads the headers of a file.
     *
     * @throws ImageException if the file cannot be read, is not ELF, or is truncated or makes no sense
     */
    public static ElfFile read(Path file) {
        return ElfReader.read(file);
    }

    /** Whether the kernel can start this file without a dynamic loader and without any library. */
    public boolean isStatic() {
        return type != Type.OTHER && interpreter.isEmpty() && needed.isEmpty() && (type == Type.EXECUTABLE || pie);
    }

    /** Whether a loader may put the other file into the same process: same class, byte order and machine. */
    public boolean fits(ElfFile other) {
        return bits == other.bits && order == other.order && machine == other.machine;
    }

    /** Such as {@code 64-bit x86-64}. */
    String kind() {
        String name = switch (machine) {
            case EM_386 -> "i386";
            case EM_ARM -> "ARM";
            case EM_X86_64 -> "x86-64";
            case EM_AARCH64 -> "aarch64";
            default -> "machine " + machine;
        };
        return bits + "-bit " + name;
    }
}

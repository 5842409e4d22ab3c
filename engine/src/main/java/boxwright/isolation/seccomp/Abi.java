package boxwright.isolation.seccomp;

import boxwright.kernel.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * A way to make system calls: an instruction set with its own table of numbers. One kernel has several, and a program may
 * change from one to the other as it runs, so a filter that knows only one of them can be walked around.
 */
public enum Abi {
    /** x86-64. */
    X86_64("SCMP_ARCH_X86_64", "amd64", 0xc000003e, 0),
    /** i386, what {@code int 0x80} gets on x86-64 too. */
    X86("SCMP_ARCH_X86", "x86", 0x40000003, 1),
    /** 64-bit ARM. */
    AARCH64("SCMP_ARCH_AARCH64", "arm64", 0xc00000b7, 2),
    /** 32-bit ARM with EABI, what a 32-bit program gets on aarch64. */
    ARM("SCMP_ARCH_ARM", "arm", 0x40000028, 3),
    /** x86-64 with 32-bit pointers: the same {@code AUDIT_ARCH}, and {@link #X32_BIT} in each number. */
    X32("SCMP_ARCH_X32", "x32", 0xc000003e, 4);

    /** {@code __X32_SYSCALL_BIT}, {@code arch/x86/include/uapi/asm/unistd.h}. */
    public static final int X32_BIT = 0x40000000;

    /** Names of the runtime specification for machines that Boxwright does not run on. */
    private static final List<String> FOREIGN = List.of(
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    private final String symbol;
    private final String dockerName;
    private final int auditArch;
    private final int column;

    Abi(String symbol, String dockerName, int auditArch, int column) {
        this.symbol = symbol;
        this.dockerName = dockerName;
        this.auditArch = auditArch;
        this.column = column;
    }

    /** The ABI of that name in the runtime specification; empty where no kernel of ours can have it. */
    static Optional<Abi> of(String symbol) {
        for (Abi abi : values()) {
            if (abi.symbol.equals(symbol)) {
                return Optional.of(abi);
            }
        }
        if (!FOREIGN.contains(symbol)) {
            throw new SeccompException("unknown architecture \"" + symbol + "\"");
        }
        return Optional.empty();
    }

    /** The ABI that programs of this architecture use. */
    public static Abi nativeOf(Architecture architecture) {
        return architecture == Architecture.X86_64 ? X86_64 : AARCH64;
    }

    /** All that a kernel of this architecture may have, the native one first. */
    static List<Abi> allOf(Architecture architecture) {
        return architecture == Architecture.X86_64 ? List.of(X86_64, X86, X32) : List.of(AARCH64, ARM);
    }

    /** {@code SCMP_ARCH_…}, as profiles name it. */
    public String symbol() {
        return symbol;
    }

    /** As {@code arches} in the conditions of Docker's profile names it. */
    String dockerName() {
        return dockerName;
    }

    /** {@code AUDIT_ARCH_…}: what {@code seccomp_data} says; {@code include/uapi/linux/audit.h}. */
    public int auditArch() {
        return auditArch;
    }

    /** Its column in {@link SystemCallTable}. */
    int column() {
        return column;
    }

    /** What is added to each number. */
    int base() {
        return this == X32 ? X32_BIT : 0;
    }
}

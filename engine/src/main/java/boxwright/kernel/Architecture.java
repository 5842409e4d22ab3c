package boxwright.kernel;

import java.util.Locale;

/** The processor architectures that Boxwright runs on. */
public enum Architecture {
    /** x86-64, {@code EM_X86_64} in elf(5). */
    X86_64(62, "x86-64", 0x1000, 0200000),
    /** 64-bit ARM, {@code EM_AARCH64} in elf(5). Its kernels may use pages of up to 64 KiB. */
    AARCH64(183, "aarch64", 0x10000, 040000);

    private final int elfMachine;
    private final String label;
    private final int largestPage;
    private final long openDirectory;

    Architecture(int elfMachine, String label, int largestPage, long openDirectory) {
        this.elfMachine = elfMachine;
        this.label = label;
        this.largestPage = largestPage;
        this.openDirectory = openDirectory;
    }

    /** The architecture of this JVM. Throws {@link UnsupportedOperationException} on one that we have no code for. */
    public static Architecture current() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                throw new UnsupportedOperationException("Boxwright runs on Linux x86-64 and aarch64; this machine is "
                        + name + ". Use one of these, or a virtual machine of that kind (Lima, QEMU).");
        };
    }

    /** {@code e_machine} of an ELF header. */
    int elfMachine() {
        return elfMachine;
    }

    /** The largest page size, in bytes, that a kernel of this architecture may have. */
    int largestPage() {
        return largestPage;
    }

    /** {@code O_DIRECTORY} of open(2). */
    long openDirectory() {
        return openDirectory;
    }

    /** The launcher's program for this architecture. */
    MachineCode launcherCode() {
        return switch (this) {
            case X86_64 -> LauncherX86.code();
            case AARCH64 -> LauncherAarch64.code();
        };
    }

    @Override
    public String toString() {
        return label;
    }
}

package boxwright.engine;

import boxwright.kernel.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a user must be allowed to do before anything is made. */
final class Privilege {
    /** Bit of the capability sets, include/uapi/linux/capability.h. */
    private static final int CAP_SYS_ADMIN = 21;

    private static final String LABEL = "CapEff:";

    private Privilege() {}

    /**
     * Fails where this process may not make namespaces and mounts; capabilities(7), "CAP_SYS_ADMIN".
     *
     * @throws EngineException with the way to get there
     */
    static void require() {
        if ((effective() >> CAP_SYS_ADMIN & 1) == 0) {
            throw new EngineException(
                    "this needs root: only who has CAP_SYS_ADMIN may make the namespaces and mounts of"
                            + " a container. Run it with sudo. (Step 06, user namespaces, is what will do without.)");
        }
    }

    /** Whether this process has a capability over the whole machine, and not only in a user namespace of its own. */
    static boolean has(Capability capability) {
        return (effective() >> capability.number() & 1) != 0 && isInFirstUserNamespace();
    }

    /** user_namespaces(7): only the first one maps all users to themselves. */
    private static boolean isInFirstUserNamespace() {
        try {
            return Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith(" 4294967295");
        } catch (IOException e) {
            return true; // a kernel without user namespaces
        }
    }

    /** The effective set of this process, {@code /proc/self/status} in proc(5). */
    private static long effective() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith(LABEL)) {
                    return Long.parseUnsignedLong(line.substring(LABEL.length()).strip(), 16);
                }
            }
            return 0;
        } catch (IOException e) {
            throw new EngineException("cannot read /proc/self/status: " + e.getMessage()
                    + ". Boxwright runs on Linux, with /proc mounted; elsewhere use WSL 2, Lima or a virtual machine.");
        }
    }
}

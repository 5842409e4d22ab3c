package boxwright.engine;

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

package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Who writes the maps of a process in a new user namespace, from outside. */
@FunctionalInterface
public interface IdMapper {
    /**
     * Writes {@code uid_map} and {@code gid_map}, each of which can be written once.
     *
     * @param pid the process, as the host sees it
     * @throws RuntimeException with the reason, where the kernel or a helper says no
     */
    void write(int pid, IdMap users, IdMap groups);

    /** Writes the files; user_namespaces(7) wants CAP_SETUID and CAP_SETGID in the namespace around for it. */
    static IdMapper privileged() {
        return (pid, users, groups) -> {
            write(pid, "gid_map", groups);
            write(pid, "uid_map", users);
        };
    }

    private static void write(int pid, String name, IdMap map) {
        try (Descriptor file = Descriptor.open(Path.of("/proc/" + pid + "/" + name), Constants.O_WRONLY, 0)) {
            // In one write(2): the kernel takes no second one.
            file.write(map.text().getBytes(StandardCharsets.US_ASCII));
        }
    }
}

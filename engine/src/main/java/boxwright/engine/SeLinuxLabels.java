package boxwright.engine;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The SELinux labels of a container: one for its processes and one for its files, as the policy container-selinux has
 * them; docker-run(1), "--security-opt label".
 *
 * @param process {@code system_u:system_r:container_t:s0}
 * @param files {@code system_u:object_r:container_file_t:s0}
 */
record SeLinuxLabels(String process, String files) {
    /** The kernel says here whether its policy knows a label; Documentation of selinuxfs, security_check_context(3). */
    private static final Path CHECK = Path.of("/sys/fs/selinux/context");

    /** Whether the kernel has SELinux, and has it switched on. */
    static boolean isOn() {
        return Files.exists(CHECK);
    }

    /** Our own label; one word as long as no policy is loaded. */
    private static String own() {
        try {
            return Files.readString(Path.of("/proc/self/attr/current"));
        } catch (IOException _) {
            return "";
        }
    }

    /** The usual labels with other parts in their places, {@code type:svirt_t}. */
    static SeLinuxLabels of(List<String> parts) {
        String user = "system_u";
        String role = "system_r";
        String type = "container_t";
        String fileType = "container_file_t";
        String level = "s0";
        for (String part : parts) {
            String value = part.substring(part.indexOf(':') + 1);
            switch (part.substring(0, part.indexOf(':'))) {
                case "user" -> user = value;
                case "role" -> role = value;
                case "type" -> type = value;
                case "filetype" -> fileType = value;
                default -> level = value;
            }
        }
        return new SeLinuxLabels(
                user + ":" + role + ":" + type + ":" + level, user + ":object_r:" + fileType + ":" + level);
    }

    /**
     * Asks the kernel whether its policy knows both.
     *
     * @throws EngineException when it does not
     */
    void check() {
        if (!own().contains(":")) {
            throw new EngineException("an SELinux label was asked for (" + process
                    + "), and SELinux is on here without a policy: whoever has no policy has no labels.");
        }
        for (String label : List.of(process, files)) {
            try (Descriptor context = Descriptor.open(CHECK, Constants.O_RDWR, 0)) {
                context.write((label + "\0").getBytes(StandardCharsets.UTF_8));
            } catch (KernelException e) {
                throw new EngineException("SELinux: the policy of this machine does not take the label " + label + ": "
                        + e.getMessage() + ". The package container-selinux has the usual types; label=type: and"
                        + " label=level: choose others.");
            }
        }
    }
}

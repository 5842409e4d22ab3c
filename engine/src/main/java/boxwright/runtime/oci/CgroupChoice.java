package boxwright.runtime.oci;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the cgroups of a container are made.
 *
 * @param lenient whether a hierarchy that we may make no groups in is left out, if nothing is asked for that needs it: the
 *     usual thing for a user who is not root, {@code --rootless}
 * @param systemd whether systemd is to make them, {@code --systemd-cgroup}
 */
public record CgroupChoice(boolean lenient, boolean systemd) {
    /** What sd_booted(3) looks for. */
    private static final Path BOOTED = Path.of("/run/systemd/system");

    void check() {
        if (!systemd) {
            return;
        }
        throw new OperationException(
                Files.isDirectory(BOOTED)
                        ? "systemd cgroups: this runtime does not ask systemd for cgroups. Have your engine use the driver"
                                + " cgroupfs, without --systemd-cgroup"
                        : "systemd not running on this host, cannot use systemd cgroups manager");
    }
}

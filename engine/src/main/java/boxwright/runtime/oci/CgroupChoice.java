package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Hierarchies;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the cgroups of a container are made.
 *
 * @param lenient whether a hierarchy that we may make no groups in is left out, if nothing is asked for that needs it: the
 *     usual thing for a user who is not root, {@code --rootless}
 * @param systemd whether systemd is to make them, {@code --systemd-cgroup}: that of the user, where it is lenient
 */
public record CgroupChoice(boolean lenient, boolean systemd) {
    /** What sd_booted(3) looks for. */
    private static final Path BOOTED = Path.of("/run/systemd/system");

    /**
     * Whether they can be made so here.
     *
     * @throws OperationException where systemd is asked for and cannot make them
     */
    void check(Hierarchies here) {
        if (!systemd) {
            return;
        }
        if (!Files.isDirectory(BOOTED)) {
            throw new OperationException("systemd not running on this host, cannot use systemd cgroups manager");
        }
        if (here.all().stream().anyMatch(hierarchy -> hierarchy.version() == 1)) {
            throw new OperationException(
                    "systemd cgroups: this machine has cgroups of version 1, of which systemd itself"
                            + " uses only some. Have your engine use the driver cgroupfs, without --systemd-cgroup");
        }
    }
}

package boxwright.isolation;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.PlanBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What of {@code /proc} and {@code /sys} a container has nothing to do with; "Masked Paths" and "Readonly Paths" of the OCI
 * runtime specification, config-linux.md. No namespace is about these files: they are the whole machine's.
 *
 * @param files that tell or do too much: {@code /dev/null} lies over them
 * @param directories of that kind: an empty one lies over them
 * @param readOnly paths that may be read only
 */
public record MaskedPaths(List<String> files, List<String> directories, List<String> readOnly) {
    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    public MaskedPaths {
        files = List.copyOf(files);
        directories = List.copyOf(directories);
        readOnly = List.copyOf(readOnly);
    }

    /** Nothing. */
    public static MaskedPaths none() {
        return new MaskedPaths(List.of(), List.of(), List.of());
    }

    /** What Docker masks: {@code DefaultLinuxSpec} in moby's oci/defaults.go. */
    public static MaskedPaths asDockerDoes() {
        return new MaskedPaths(
                List.of(
                        "/proc/interrupts",
                        "/proc/kcore",
                        "/proc/keys",
                        "/proc/latency_stats",
                        "/proc/timer_list",
                        "/proc/timer_stats",
                        "/proc/sched_debug"),
                hiddenDirectories(),
                List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"));
    }

    private static List<String> hiddenDirectories() {
        List<String> directories = new ArrayList<>(
                List.of("/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/devices/virtual/powercap", "/sys/firmware"));
        // Tells the heat of a processor, and by it what others compute; only the processors that have it.
        for (int cpu = 0; cpu < Runtime.getRuntime().availableProcessors(); cpu++) {
            String heat = "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle";
            if (Files.isDirectory(Path.of(heat))) {
                directories.add(heat);
            }
        }
        return directories;
    }

    /**
     * Adds the lines. The {@code null} that lies over a file is the one that {@link KernelFilesystems} has just made, or the
     * host's, on a file system that nobody else has: with another one, such as a link to a file of {@code /proc/sys}, that
     * file would appear there, to be written to (CVE-2025-31133). Volumes of {@code /dev} come later, see
     * {@link LateVolumes}.
     */
    void addTo(PlanBuilder plan) {
        for (String path : files) {
            plan.mount("/dev/null", path, "", MS_BIND).tolerate(ENOENT).because("masked: reads as empty");
        }
        for (String path : directories) {
            plan.mount("tmpfs", path, "tmpfs", MS_RDONLY).tolerate(ENOENT).because("masked: an empty directory");
        }
        for (String path : readOnly) {
            plan.mount(path, path, "", MS_BIND | MS_REC)
                    .tolerate(ENOENT)
                    .because("a mount of its own, so that it can be read-only");
            // EINVAL: the bind above did not happen, because this kernel does not have the path.
            plan.mount("none", path, "", MS_BIND | MS_REMOUNT | MS_RDONLY | PLAIN)
                    .tolerate(ENOENT, EINVAL)
                    .because("flags of a bind mount need a second call; mount(2)");
        }
    }
}

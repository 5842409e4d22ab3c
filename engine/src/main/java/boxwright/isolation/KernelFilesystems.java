package boxwright.isolation;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Constants.MS_STRICTATIME;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.PlanBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The kernel's own file systems in a container, as the OCI runtime specification wants them ("Default Filesystems" and
 * "Default Devices" of config-linux.md): {@code /proc}, {@code /sys}, {@code /dev}. Its lines come after
 * {@code pivot_root}, so that no path in them, symbolic links included, can lead outside.
 *
 * @param maskedFiles files of {@code /proc} and {@code /sys} that tell or do too much: {@code /dev/null} lies over them
 * @param maskedDirectories directories of that kind: an empty one lies over them
 * @param readOnly paths that may be read only
 * @param sysWritable whether {@code /sys} may be written to
 * @param label the SELinux label of what is made in {@code /dev}; empty for what the policy says
 * @param sharedMemory the size of {@code /dev/shm}, in bytes
 */
public record KernelFilesystems(
        List<String> maskedFiles,
        List<String> maskedDirectories,
        List<String> readOnly,
        boolean sysWritable,
        String label,
        long sharedMemory) {
    private static final long SHARED_MEMORY = 64L << 20;

    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    /** A character device that every container has. */
    private record Device(String name, int major, int minor) {}

    /** Documentation/admin-guide/devices.txt: major 1 is memory, major 5 the terminals. */
    private static final List<Device> DEVICES = List.of(
            new Device("null", 1, 3),
            new Device("zero", 1, 5),
            new Device("full", 1, 7),
            new Device("random", 1, 8),
            new Device("urandom", 1, 9),
            new Device("tty", 5, 0));

    /** With the paths masked and read-only that Docker masks: {@code DefaultLinuxSpec} in moby's oci/defaults.go. */
    public static KernelFilesystems asDockerDoes() {
        return new KernelFilesystems(
                List.of(
                        "/proc/interrupts",
                        "/proc/kcore",
                        "/proc/keys",
                        "/proc/latency_stats",
                        "/proc/timer_list",
                        "/proc/timer_stats",
                        "/proc/sched_debug"),
                Stream.concat(
                                Stream.of(
                                        "/proc/acpi",
                                        "/proc/asound",
                                        "/proc/scsi",
                                        "/sys/devices/virtual/powercap",
                                        "/sys/firmware"),
                                thermalThrottle())
                        .toList(),
                List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"),
                false,
                "",
                SHARED_MEMORY);
    }

    /** Nothing masked and nothing of {@code /proc} read-only: {@code --security-opt systempaths=unconfined}. */
    public static KernelFilesystems unmasked() {
        return new KernelFilesystems(List.of(), List.of(), List.of(), false, "", SHARED_MEMORY);
    }

    /** The same, and {@code /sys} may be written to: {@code --privileged}. */
    public static KernelFilesystems privileged() {
        return new KernelFilesystems(List.of(), List.of(), List.of(), true, "", SHARED_MEMORY);
    }

    /** The same with a SELinux label. */
    public KernelFilesystems labelled(String mountLabel) {
        return new KernelFilesystems(maskedFiles, maskedDirectories, readOnly, sysWritable, mountLabel, sharedMemory);
    }

    /** The same with a {@code /dev/shm} of another size, in bytes. */
    public KernelFilesystems withSharedMemory(long bytes) {
        return new KernelFilesystems(maskedFiles, maskedDirectories, readOnly, sysWritable, label, bytes);
    }

    /** Tells the heat of a processor, and by it what others compute; only the processors that have it. */
    private static Stream<String> thermalThrottle() {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(cpu -> "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle")
                .filter(path -> Files.isDirectory(Path.of(path)));
    }

    /** Adds the lines. */
    void addTo(PlanBuilder plan) {
        plan.umask(0).because("the modes below are meant as they are written");
        for (String directory : List.of("/proc", "/sys", "/dev")) {
            plan.mkdir(directory, 0755).tolerate(EEXIST).because("an image may lack the place to mount on");
        }
        plan.mount("proc", "/proc", "proc", PLAIN).because("a /proc that shows only our processes; proc(5)");
        plan.mount("sysfs", "/sys", "sysfs", sysWritable ? PLAIN : PLAIN | MS_RDONLY)
                .because(
                        sysWritable
                                ? "devices and drivers, as the host has them"
                                : "devices and drivers, to look at only");
        devices(plan);
        mask(plan);
        plan.umask(022).because("the usual mask for the program");
    }

    private void devices(PlanBuilder plan) {
        plan.mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, options("mode=755,size=65536k"))
                .because("a /dev of its own: the host's has its disks");
        for (Device device : DEVICES) {
            plan.mknod("/dev/" + device.name(), 0666, device.major(), device.minor());
        }
        plan.mkdir("/dev/pts", 0755);
        String terminals = "newinstance,ptmxmode=0666,mode=0620,gid=5";
        plan.mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options(terminals))
                .because("terminals of its own, numbered from 0");
        plan.symlink("pts/ptmx", "/dev/ptmx");
        plan.mkdir("/dev/shm", 01777);
        plan.mount("shm", "/dev/shm", "tmpfs", PLAIN, options("mode=1777,size=" + size(sharedMemory)))
                .because("for shm_open(3)");
        plan.mkdir("/dev/mqueue", 01777);
        plan.mount("mqueue", "/dev/mqueue", "mqueue", PLAIN).because("for mq_open(3)");
        plan.symlink("/proc/self/fd", "/dev/fd");
        plan.symlink("/proc/self/fd/0", "/dev/stdin");
        plan.symlink("/proc/self/fd/1", "/dev/stdout");
        plan.symlink("/proc/self/fd/2", "/dev/stderr");
    }

    private String options(String usual) {
        return label.isEmpty() ? usual : usual + ",context=\"" + label + "\"";
    }

    /** As tmpfs(5) takes it; in KiB where it can be, as Docker has it. */
    private static String size(long bytes) {
        return bytes % 1024 == 0 ? bytes / 1024 + "k" : Long.toString(bytes);
    }

    private void mask(PlanBuilder plan) {
        for (String path : maskedFiles) {
            plan.mount("/dev/null", path, "", MS_BIND).tolerate(ENOENT).because("masked: reads as empty");
        }
        for (String path : maskedDirectories) {
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

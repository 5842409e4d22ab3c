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
import boxwright.kernel.Slot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 * @param fromHost what is the host's own instead of a new one
 * @param without what is not there at all
 * @param groups those of the user namespace in which they are mounted; empty in the machine's first one
 */
public record KernelFilesystems(
        List<String> maskedFiles,
        List<String> maskedDirectories,
        List<String> readOnly,
        Set<HostTree> fromHost,
        Set<HostTree> without,
        Optional<IdMap> groups) {
    /** Debian's, and so everybody's, group tty. */
    private static final int TTY = 5;

    private static final String BORROWED = "nobody may make a device in a user namespace: these are the host's";

    /** Flags of mount(2), and as attributes of a mount the same numbers. */
    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    /** A character device that every container has. */
    private record Device(String name, int major, int minor) {
        String path() {
            return "/dev/" + name;
        }
    }

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
                Set.of(),
                Set.of(),
                Optional.empty());
    }

    /** The same in a user namespace. */
    public KernelFilesystems inUserNamespace(IdMap itsGroups) {
        return new KernelFilesystems(
                maskedFiles, maskedDirectories, readOnly, fromHost, without, Optional.of(itsGroups));
    }

    /** The same with something of the host's own. */
    public KernelFilesystems withFromHost(HostTree tree) {
        Set<HostTree> all = EnumSet.of(tree);
        all.addAll(fromHost);
        return new KernelFilesystems(maskedFiles, maskedDirectories, readOnly, all, without, groups);
    }

    /** The same without something. */
    public KernelFilesystems without(HostTree tree) {
        Set<HostTree> all = EnumSet.of(tree);
        all.addAll(without);
        return new KernelFilesystems(maskedFiles, maskedDirectories, readOnly, fromHost, all, groups);
    }

    /** Tells the heat of a processor, and by it what others compute; only the processors that have it. */
    private static Stream<String> thermalThrottle() {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(cpu -> "/sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle")
                .filter(path -> Files.isDirectory(Path.of(path)));
    }

    /** Adds the lines that come before {@code pivot_root}, as long as the host's files can be seen. */
    void addBefore(PlanBuilder plan) {
        for (HostTree tree : HostTree.values()) {
            if (fromHost.contains(tree)) {
                tree.take(plan);
            }
        }
        if (groups.isPresent()) {
            // user_namespaces(7): a new one of these only for who sees all of an old one.
            if (!fromHost.contains(HostTree.PROC)) {
                plan.newMount("proc", PLAIN).into(Slot.of("proc")).because("only while the host's can be seen");
            }
            if (!fromHost.contains(HostTree.SYS)) {
                plan.newMount("sysfs", PLAIN | MS_RDONLY).into(Slot.of("sys"));
            }
            String because = BORROWED;
            for (Device device : DEVICES) {
                HostTree.takeFile(plan, device.path()).because(because);
                because = "";
            }
        }
    }

    /** Adds the lines that come after it. */
    void addTo(PlanBuilder plan) {
        plan.umask(0).because("the modes below are meant as they are written");
        for (String directory : List.of("/proc", "/sys", "/dev")) {
            plan.mkdir(directory, 0755).tolerate(EEXIST).because("an image may lack the place to mount on");
        }
        proc(plan);
        sys(plan);
        devices(plan);
        mask(plan);
        plan.umask(022).because("the usual mask for the program");
    }

    private void proc(PlanBuilder plan) {
        if (fromHost.contains(HostTree.PROC)) {
            HostTree.place(plan, "/proc", PLAIN);
        } else if (groups.isPresent()) {
            plan.move_mount(Slot.of("proc"), "/proc").because("a /proc that shows only our processes; proc(5)");
        } else {
            plan.mount("proc", "/proc", "proc", PLAIN).because("a /proc that shows only our processes; proc(5)");
        }
    }

    private void sys(PlanBuilder plan) {
        if (fromHost.contains(HostTree.SYS)) {
            HostTree.place(plan, "/sys", PLAIN | MS_RDONLY);
        } else if (groups.isPresent()) {
            plan.move_mount(Slot.of("sys"), "/sys").because("devices and drivers, to look at only");
        } else {
            plan.mount("sysfs", "/sys", "sysfs", PLAIN | MS_RDONLY).because("devices and drivers, to look at only");
        }
    }

    private void devices(PlanBuilder plan) {
        plan.mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k")
                .because("a /dev of its own: the host's has its disks");
        for (Device device : DEVICES) {
            if (groups.isPresent()) {
                plan.createFile(device.path(), 0666);
                HostTree.place(plan, device.path(), 0);
            } else {
                plan.mknod(device.path(), 0666, device.major(), device.minor());
            }
        }
        plan.mkdir("/dev/pts", 0755);
        String group = groups.isEmpty() || groups.get().has(TTY) ? ",gid=" + TTY : "";
        plan.mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620" + group)
                .because("terminals of its own, numbered from 0");
        plan.symlink("pts/ptmx", "/dev/ptmx");
        if (!without.contains(HostTree.SHARED_MEMORY)) {
            sharedMemory(plan);
        }
        if (!without.contains(HostTree.QUEUES)) {
            queues(plan);
        }
        plan.symlink("/proc/self/fd", "/dev/fd");
        plan.symlink("/proc/self/fd/0", "/dev/stdin");
        plan.symlink("/proc/self/fd/1", "/dev/stdout");
        plan.symlink("/proc/self/fd/2", "/dev/stderr");
    }

    private void sharedMemory(PlanBuilder plan) {
        plan.mkdir("/dev/shm", 01777);
        if (fromHost.contains(HostTree.SHARED_MEMORY)) {
            HostTree.place(plan, "/dev/shm", PLAIN);
        } else {
            plan.mount("shm", "/dev/shm", "tmpfs", PLAIN, "mode=1777,size=65536k")
                    .because("for shm_open(3)");
        }
    }

    private void queues(PlanBuilder plan) {
        plan.mkdir("/dev/mqueue", 01777);
        if (fromHost.contains(HostTree.QUEUES)) {
            HostTree.place(plan, "/dev/mqueue", PLAIN);
        } else {
            plan.mount("mqueue", "/dev/mqueue", "mqueue", PLAIN).because("for mq_open(3)");
        }
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

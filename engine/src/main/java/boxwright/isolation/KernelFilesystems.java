package boxwright.isolation;

import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_STRICTATIME;
import static boxwright.kernel.Errno.EEXIST;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel's own file systems in a container, as the OCI runtime specification wants them ("Default Filesystems" and
 * "Default Devices" of config-linux.md): {@code /proc}, {@code /sys}, {@code /dev}. Its lines come after
 * {@code pivot_root}, so that no path in them, symbolic links included, can lead outside.
 *
 * @param masked what of {@code /proc} and {@code /sys} cannot be seen or written
 * @param sysWritable whether {@code /sys} may be written to
 * @param label the SELinux label of what is made in {@code /dev}; empty for what the policy says
 * @param sharedMemorySize the size of {@code /dev/shm}, in bytes
 * @param fromHost what is the host's own instead of a new one
 * @param without what is not there at all
 * @param groups those of the user namespace in which they are mounted; empty in the machine's first one
 */
public record KernelFilesystems(
        MaskedPaths masked,
        boolean sysWritable,
        String label,
        long sharedMemorySize,
        Set<HostTree> fromHost,
        Set<HostTree> without,
        Optional<IdMap> groups) {
    private static final long SHARED_MEMORY = 64L << 20;

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

    private KernelFilesystems(MaskedPaths masked, boolean sysWritable) {
        this(masked, sysWritable, "", SHARED_MEMORY, Set.of(), Set.of(), Optional.empty());
    }

    /** With the paths masked and read-only that Docker masks. */
    public static KernelFilesystems asDockerDoes() {
        return new KernelFilesystems(MaskedPaths.asDockerDoes(), false);
    }

    /** Nothing masked and nothing of {@code /proc} read-only: {@code --security-opt systempaths=unconfined}. */
    public static KernelFilesystems unmasked() {
        return new KernelFilesystems(MaskedPaths.none(), false);
    }

    /** The same, and {@code /sys} may be written to: {@code --privileged}. */
    public static KernelFilesystems privileged() {
        return new KernelFilesystems(MaskedPaths.none(), true);
    }

    /** The same with a SELinux label. */
    public KernelFilesystems labelled(String mountLabel) {
        return new KernelFilesystems(masked, sysWritable, mountLabel, sharedMemorySize, fromHost, without, groups);
    }

    /** The same with a {@code /dev/shm} of another size, in bytes. */
    public KernelFilesystems withSharedMemory(long bytes) {
        return new KernelFilesystems(masked, sysWritable, label, bytes, fromHost, without, groups);
    }

    /** The same in a user namespace. */
    public KernelFilesystems inUserNamespace(IdMap itsGroups) {
        return new KernelFilesystems(
                masked, sysWritable, label, sharedMemorySize, fromHost, without, Optional.of(itsGroups));
    }

    /** The same with something of the host's own. */
    public KernelFilesystems withFromHost(HostTree tree) {
        Set<HostTree> all = EnumSet.of(tree);
        all.addAll(fromHost);
        return new KernelFilesystems(masked, sysWritable, label, sharedMemorySize, all, without, groups);
    }

    /** The same without something. */
    public KernelFilesystems without(HostTree tree) {
        Set<HostTree> all = EnumSet.of(tree);
        all.addAll(without);
        return new KernelFilesystems(masked, sysWritable, label, sharedMemorySize, fromHost, all, groups);
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
                plan.newMount("sysfs", sysFlags()).into(Slot.of("sys"));
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
        proc(plan);
        sys(plan);
        devices(plan);
        masked.addTo(plan);
    }

    /**
     * Goes to the directory that is mounted on. In the place of a link to another one, the image would have our
     * {@code /proc} elsewhere, and in {@code /proc} whatever it likes for us to write to (CVE-2019-16884).
     */
    private static void enter(PlanBuilder plan, String directory) {
        Slot place = Slot.of("place");
        plan.mkdir(directory, 0755).tolerate(EEXIST).because("an image may lack the place to mount on");
        ContainerPath.withoutLinks(directory).open(plan, place).because("and may have no link in its place");
        plan.fchdir(place.value());
    }

    private void proc(PlanBuilder plan) {
        enter(plan, "/proc");
        if (fromHost.contains(HostTree.PROC)) {
            HostTree.place(plan, "/proc", PLAIN);
        } else if (groups.isPresent()) {
            plan.move_mount(Slot.of("proc"), ".").because("a /proc that shows only our processes; proc(5)");
        } else {
            plan.mount("proc", ".", "proc", PLAIN).because("a /proc that shows only our processes; proc(5)");
        }
    }

    private void sys(PlanBuilder plan) {
        enter(plan, "/sys");
        String because =
                sysWritable ? "devices and drivers, as the host has them" : "devices and drivers, to look at only";
        if (fromHost.contains(HostTree.SYS)) {
            HostTree.place(plan, "/sys", sysFlags());
        } else if (groups.isPresent()) {
            plan.move_mount(Slot.of("sys"), ".").because(because);
        } else {
            plan.mount("sysfs", ".", "sysfs", sysFlags()).because(because);
        }
    }

    private long sysFlags() {
        return sysWritable ? PLAIN : PLAIN | MS_RDONLY;
    }

    private void devices(PlanBuilder plan) {
        enter(plan, "/dev");
        plan.mount("tmpfs", ".", "tmpfs", MS_NOSUID | MS_STRICTATIME, options("mode=755,size=65536k"))
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
        String terminals = "newinstance,ptmxmode=0666,mode=0620" + group;
        plan.mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, options(terminals))
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
            plan.mount("shm", "/dev/shm", "tmpfs", PLAIN, options("mode=1777,size=" + size(sharedMemorySize)))
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

    private String options(String usual) {
        return label.isEmpty() ? usual : usual + ",context=\"" + label + "\"";
    }

    /** As tmpfs(5) takes it; in KiB where it can be, as Docker has it. */
    private static String size(long bytes) {
        return bytes % 1024 == 0 ? bytes / 1024 + "k" : Long.toString(bytes);
    }
}

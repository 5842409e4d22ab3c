package boxwright.isolation;

import boxwright.kernel.Constants;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The options of a mount, as fstab(5) and the OCI runtime specification write them (config.md, "Linux mount options"),
 * sorted by what the kernel takes them for.
 *
 * @param set {@code MS_…} flags
 * @param clear {@code MS_…} flags that were asked to be off
 * @param propagation in order, {@code MS_PRIVATE} and the like, some with {@code MS_REC}
 * @param recursiveSet {@code MOUNT_ATTR_…} for the mount and all below it
 * @param recursiveClear {@code MOUNT_ATTR_…} that all of them lose
 * @param data what is left: options of the file system
 * @param copyUp whether a tmpfs starts with what it covers
 * @param idmap whether the ids of the container are mapped
 * @param recursiveIdmap whether those of the mounts below are, too
 */
public record MountOptions(
        long set,
        long clear,
        List<Long> propagation,
        long recursiveSet,
        long recursiveClear,
        List<String> data,
        boolean copyUp,
        boolean idmap,
        boolean recursiveIdmap) {
    private static final Map<String, Long> SET = table("""
            acl 0x10000
            bind 0x1000
            dirsync 0x80
            iversion 0x800000
            lazytime 0x2000000
            mand 0x40
            noatime 0x400
            nodev 0x4
            nodiratime 0x800
            noexec 0x8
            nosuid 0x2
            nosymfollow 0x100
            rbind 0x5000
            relatime 0x200000
            remount 0x20
            ro 0x1
            silent 0x8000
            strictatime 0x1000000
            sync 0x10
            """);
    private static final Map<String, Long> CLEAR = table("""
            async 0x10
            atime 0x400
            dev 0x4
            diratime 0x800
            exec 0x8
            loud 0x8000
            noacl 0x10000
            noiversion 0x800000
            nolazytime 0x2000000
            nomand 0x40
            norelatime 0x200000
            nostrictatime 0x1000000
            rw 0x1
            suid 0x2
            symfollow 0x100
            """);
    private static final Map<String, Long> PROPAGATION = table("""
            private 0x40000
            rprivate 0x44000
            rshared 0x104000
            rslave 0x84000
            runbindable 0x24000
            shared 0x100000
            slave 0x80000
            unbindable 0x20000
            """);
    /** Attributes of mount_setattr(2). The access times are one field of several bits. */
    private static final Map<String, Long> RECURSIVE_SET = table("""
            rnoatime 0x10
            rnodev 0x4
            rnodiratime 0x80
            rnoexec 0x8
            rnosuid 0x2
            rnosymfollow 0x200000
            rrelatime 0x0
            rro 0x1
            rstrictatime 0x20
            """);

    private static final Map<String, Long> RECURSIVE_CLEAR = table("""
            ratime 0x10
            rdev 0x4
            rdiratime 0x80
            rexec 0x8
            rnorelatime 0x0
            rnostrictatime 0x20
            rrw 0x1
            rsuid 0x2
            rsymfollow 0x200000
            """);
    private static final long ATIME_FIELD = 0x70;

    public MountOptions {
        propagation = List.copyOf(propagation);
        data = List.copyOf(data);
    }

    private static Map<String, Long> table(String lines) {
        Map<String, Long> table = new TreeMap<>();
        for (String line : lines.split("\n")) {
            int space = line.indexOf(' ');
            table.put(line.substring(0, space), Long.decode(line.substring(space + 1)));
        }
        return table;
    }

    /** Sorts options. The later of two that contradict each other counts. */
    public static MountOptions of(List<String> options) {
        long set = 0;
        long clear = 0;
        List<Long> propagation = new ArrayList<>();
        long recursiveSet = 0;
        long recursiveClear = 0;
        List<String> data = new ArrayList<>();
        boolean copyUp = false;
        boolean idmap = false;
        boolean recursiveIdmap = false;
        for (String option : options) {
            Long flag;
            if ((flag = SET.get(option)) != null) {
                set |= flag;
                clear &= ~flag;
            } else if ((flag = CLEAR.get(option)) != null) {
                set &= ~flag;
                clear |= flag;
            } else if ((flag = PROPAGATION.get(option)) != null) {
                propagation.add(flag);
            } else if ((flag = RECURSIVE_SET.get(option)) != null) {
                boolean isAccessTime = (flag & ATIME_FIELD) != 0 || flag == 0;
                recursiveSet = isAccessTime ? recursiveSet & ~ATIME_FIELD | flag : recursiveSet | flag;
                recursiveClear = isAccessTime ? recursiveClear | ATIME_FIELD : recursiveClear & ~flag;
            } else if ((flag = RECURSIVE_CLEAR.get(option)) != null) {
                boolean isAccessTime = (flag & ATIME_FIELD) != 0 || flag == 0;
                recursiveSet = isAccessTime ? recursiveSet & ~ATIME_FIELD : recursiveSet & ~flag;
                recursiveClear |= isAccessTime ? ATIME_FIELD : flag;
            } else {
                switch (option) {
                    case "", "defaults" -> {}
                    case "tmpcopyup" -> copyUp = true;
                    case "idmap" -> idmap = true;
                    case "ridmap" -> recursiveIdmap = true;
                    default -> data.add(option);
                }
            }
        }
        return new MountOptions(
                set, clear, propagation, recursiveSet, recursiveClear, data, copyUp, idmap, recursiveIdmap);
    }

    /** Every option that is not a file system's own, sorted. */
    public static List<String> known() {
        List<String> all = new ArrayList<>(List.of("defaults", "idmap", "ridmap", "tmpcopyup"));
        for (Map<String, Long> table : List.of(SET, CLEAR, PROPAGATION, RECURSIVE_SET, RECURSIVE_CLEAR)) {
            all.addAll(table.keySet());
        }
        all.sort(null);
        return all;
    }

    /** Whether something that is there is mounted, not a file system. */
    public boolean isBind() {
        return (set & Constants.MS_BIND) != 0;
    }

    /** Whether what is mounted below it comes along. */
    public boolean isRecursive() {
        return (set & Constants.MS_REC) != 0;
    }

    /** The same, but what is mounted can be written to. */
    public MountOptions writable() {
        return new MountOptions(
                set & ~Constants.MS_RDONLY,
                clear,
                propagation,
                recursiveSet,
                recursiveClear,
                data,
                copyUp,
                idmap,
                recursiveIdmap);
    }

    /** What the file system itself is told, {@code mode=755,size=64k}. */
    public String text() {
        return String.join(",", data);
    }
}

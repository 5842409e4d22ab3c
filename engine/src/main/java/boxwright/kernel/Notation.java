package boxwright.kernel;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** How C would write a number: in decimals, as flags by name, as a signal. Used for printing only. */
@FunctionalInterface
public interface Notation {
    /** The number as C would write it. */
    String write(long value);

    /** {@code 42}. */
    Notation DECIMAL = Long::toString;

    /** {@code 0x2a}, and {@code 0} as it is. */
    Notation HEXADECIMAL = value -> value == 0 ? "0" : "0x" + Long.toHexString(value);

    /** {@code 0755}. */
    Notation OCTAL = value -> value == 0 ? "0" : "0" + Long.toOctalString(value);

    /** {@code NULL}; other addresses in hexadecimal. */
    Notation POINTER = value -> value == 0 ? "NULL" : HEXADECIMAL.write(value);

    /** A file descriptor; {@code AT_FDCWD} by name. */
    Notation DESCRIPTOR = value -> value == Constants.AT_FDCWD ? "AT_FDCWD" : Long.toString(value);

    /** The type and mode of a file, {@code S_IFCHR|0666}; see inode(7). */
    Notation FILE_MODE = value -> {
        String type = switch ((int) (value & 0170000)) {
            case 0020000 -> "S_IFCHR|";
            case 0060000 -> "S_IFBLK|";
            case 0010000 -> "S_IFIFO|";
            case 0100000 -> "S_IFREG|";
            default -> "";
        };
        return type + OCTAL.write(value & 07777);
    };

    /** A device number, {@code makedev(1, 3)}; see makedev(3). */
    Notation DEVICE = value -> "makedev(" + (value >> 8 & 0xfff) + ", " + (value & 0xff | value >> 12 & 0xfff00) + ")";

    /** Access mode and flags of open(2). */
    Notation OPEN = value -> {
        String access = List.of("O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE").get((int) (value & 3));
        String flags = OpenFlags.ALL.write(value & ~3);
        return flags.equals("0") ? access : access + "|" + flags;
    };

    /** A signal by name, {@code SIGTERM}; see signal(7). */
    Notation SIGNAL = value -> {
        List<String> names = List.of(
                ("0 HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP "
                                + "TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS")
                        .split(" "));
        return value > 0 && value < names.size() ? "SIG" + names.get((int) value) : Long.toString(value);
    };

    /** A set of signals as strace(1) writes it: {@code [CHLD]}; {@code ~[]} is all but none. */
    Notation SIGNALS = value -> {
        boolean most = Long.bitCount(value) > 32;
        StringBuilder names = new StringBuilder(most ? "~[" : "[");
        for (long rest = most ? ~value : value; rest != 0; rest &= rest - 1) {
            String name = SIGNAL.write(Long.numberOfTrailingZeros(rest) + 1);
            names.append(names.charAt(names.length() - 1) == '[' ? "" : " ")
                    .append(name.startsWith("SIG") ? name.substring(3) : name);
        }
        return names.append(']').toString();
    };

    /** Flags of clone(2), unshare(2) and setns(2). */
    Notation CLONE = flags("""
            CLONE_NEWTIME 0x80
            CLONE_VM 0x100
            CLONE_PIDFD 0x1000
            CLONE_VFORK 0x4000
            CLONE_PARENT 0x8000
            CLONE_NEWNS 0x20000
            CLONE_NEWCGROUP 0x2000000
            CLONE_NEWUTS 0x4000000
            CLONE_NEWIPC 0x8000000
            CLONE_NEWUSER 0x10000000
            CLONE_NEWPID 0x20000000
            CLONE_NEWNET 0x40000000
            CLONE_INTO_CGROUP 0x200000000
            """);

    /** Flags of mount(2). */
    Notation MOUNT = flags("""
            MS_RDONLY 0x1
            MS_NOSUID 0x2
            MS_NODEV 0x4
            MS_NOEXEC 0x8
            MS_REMOUNT 0x20
            MS_NOSYMFOLLOW 0x100
            MS_NOATIME 0x400
            MS_NODIRATIME 0x800
            MS_BIND 0x1000
            MS_MOVE 0x2000
            MS_REC 0x4000
            MS_UNBINDABLE 0x20000
            MS_PRIVATE 0x40000
            MS_SLAVE 0x80000
            MS_SHARED 0x100000
            MS_RELATIME 0x200000
            MS_STRICTATIME 0x1000000
            """);

    /** Flags of umount2(2). */
    Notation UNMOUNT = flags("""
            MNT_FORCE 0x1
            MNT_DETACH 0x2
            MNT_EXPIRE 0x4
            UMOUNT_NOFOLLOW 0x8
            """);

    /** Attributes of mount_setattr(2). */
    Notation MOUNT_ATTR = flags("""
            MOUNT_ATTR_RDONLY 0x1
            MOUNT_ATTR_NOSUID 0x2
            MOUNT_ATTR_NODEV 0x4
            MOUNT_ATTR_NOEXEC 0x8
            MOUNT_ATTR_IDMAP 0x100000
            """);

    /** Flags of open_tree(2). */
    Notation OPEN_TREE = flags("""
            OPEN_TREE_CLONE 0x1
            AT_EMPTY_PATH 0x1000
            AT_RECURSIVE 0x8000
            OPEN_TREE_CLOEXEC 0x80000
            """);

    /** Flags of move_mount(2). */
    Notation MOVE_MOUNT = flags("""
            MOVE_MOUNT_F_EMPTY_PATH 0x4
            MOVE_MOUNT_T_SYMLINKS 0x10
            MOVE_MOUNT_T_EMPTY_PATH 0x40
            """);

    /** Flags of the calls that take a directory and a path, openat(2). */
    Notation AT = flags("""
            AT_EMPTY_PATH 0x1000
            AT_RECURSIVE 0x8000
            """);

    /** How a path may be resolved, openat2(2). */
    Notation RESOLVE = flags("""
            RESOLVE_NO_XDEV 0x1
            RESOLVE_NO_MAGICLINKS 0x2
            RESOLVE_NO_SYMLINKS 0x4
            RESOLVE_BENEATH 0x8
            RESOLVE_IN_ROOT 0x10
            """);

    /** Flags of close_range(2). */
    Notation CLOSE_RANGE = flags("""
            CLOSE_RANGE_UNSHARE 0x2
            CLOSE_RANGE_CLOEXEC 0x4
            """);

    /** Flags of seccomp(2). */
    Notation SECCOMP_FILTER = flags("""
            SECCOMP_FILTER_FLAG_TSYNC 0x1
            SECCOMP_FILTER_FLAG_LOG 0x2
            SECCOMP_FILTER_FLAG_SPEC_ALLOW 0x4
            SECCOMP_FILTER_FLAG_NEW_LISTENER 0x8
            SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV 0x20
            """);

    /** What Landlock is asked to watch in files, landlock_create_ruleset(2). */
    Notation LANDLOCK_FILES = flags("""
            LANDLOCK_ACCESS_FS_EXECUTE 0x1
            LANDLOCK_ACCESS_FS_WRITE_FILE 0x2
            LANDLOCK_ACCESS_FS_READ_FILE 0x4
            LANDLOCK_ACCESS_FS_READ_DIR 0x8
            LANDLOCK_ACCESS_FS_REMOVE_DIR 0x10
            LANDLOCK_ACCESS_FS_REMOVE_FILE 0x20
            LANDLOCK_ACCESS_FS_MAKE_CHAR 0x40
            LANDLOCK_ACCESS_FS_MAKE_DIR 0x80
            LANDLOCK_ACCESS_FS_MAKE_REG 0x100
            LANDLOCK_ACCESS_FS_MAKE_SOCK 0x200
            LANDLOCK_ACCESS_FS_MAKE_FIFO 0x400
            LANDLOCK_ACCESS_FS_MAKE_BLOCK 0x800
            LANDLOCK_ACCESS_FS_MAKE_SYM 0x1000
            LANDLOCK_ACCESS_FS_REFER 0x2000
            LANDLOCK_ACCESS_FS_TRUNCATE 0x4000
            LANDLOCK_ACCESS_FS_IOCTL_DEV 0x8000
            """);

    /** The same for TCP. */
    Notation LANDLOCK_PORTS = flags("""
            LANDLOCK_ACCESS_NET_BIND_TCP 0x1
            LANDLOCK_ACCESS_NET_CONNECT_TCP 0x2
            """);

    /** What a Landlock domain does not reach out to. */
    Notation LANDLOCK_SCOPES = flags("""
            LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET 0x1
            LANDLOCK_SCOPE_SIGNAL 0x2
            """);

    /** Events of poll(2). */
    Notation POLL = flags("""
            POLLIN 0x1
            POLLOUT 0x4
            POLLERR 0x8
            POLLHUP 0x10
            """);

    /** Flags of a network device, netdevice(7). */
    Notation DEVICE_FLAGS = flags("""
            IFF_UP 0x1
            IFF_MULTICAST 0x1000
            """);

    /** The notation of a single number that has a name in C. */
    static Notation name(String name) {
        return new Name(name);
    }

    /** A record, so that two plans that are written alike are equal. */
    record Name(String name) implements Notation {
        @Override
        public String write(long value) {
            return name;
        }
    }

    /**
     * A set of flags, {@code MS_NOSUID|MS_NOEXEC}; bits without a name in hexadecimal.
     *
     * @param table a line for each flag, the name and the value in hexadecimal
     */
    static Notation flags(String table) {
        return value -> {
            StringBuilder text = new StringBuilder();
            long rest = value;
            for (String line : table.split("\n")) {
                int space = line.indexOf(' ');
                long flag = Long.decode(line.substring(space + 1));
                if ((rest & flag) == flag) {
                    text.append(text.isEmpty() ? "" : "|").append(line, 0, space);
                    rest &= ~flag;
                }
            }
            if (rest != 0 || text.isEmpty()) {
                text.append(text.isEmpty() ? "" : "|").append(HEXADECIMAL.write(rest));
            }
            return text.toString();
        };
    }

    /**
     * A string as C writes it, quoted and escaped. What a terminal would obey instead of show (control characters, the
     * direction of writing) is written as the bytes of its UTF-8, in octal.
     */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(isShown(c) ? Character.toString(c) : inOctal(c));
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private static String inOctal(int codePoint) {
        StringBuilder octal = new StringBuilder();
        for (byte unit : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            octal.append(unit == '?' ? "?" : String.format("\\%03o", unit & 0xff));
        }
        return octal.toString();
    }

    /** Elements in brackets, {@code ["sh", "-c"]}. */
    static String list(List<String> elements) {
        return "[" + String.join(", ", elements) + "]";
    }

    /** The flags of open(2) without the access mode. */
    final class OpenFlags {
        static final Notation ALL = flags("""
                O_CREAT 0x40
                O_EXCL 0x80
                O_NOCTTY 0x100
                O_TRUNC 0x200
                O_APPEND 0x400
                O_NONBLOCK 0x800
                O_CLOEXEC 0x80000
                O_PATH 0x200000
                """);

        private OpenFlags() {}
    }
}

package boxwright.kernel;

/**
 * Constants of the kernel, by the kernel's own names and grouped by the man page that explains them. Values are those
 * of {@code include/uapi}, the same on x86-64 and aarch64.
 */
public final class Constants {
    // clone(2), include/uapi/linux/sched.h
    public static final long CLONE_NEWTIME = 0x80;
    public static final long CLONE_VM = 0x100;
    public static final long CLONE_PIDFD = 0x1000;
    public static final long CLONE_VFORK = 0x4000;
    public static final long CLONE_PARENT = 0x8000;
    public static final long CLONE_NEWNS = 0x20000;
    public static final long CLONE_NEWCGROUP = 0x2000000;
    public static final long CLONE_NEWUTS = 0x4000000;
    public static final long CLONE_NEWIPC = 0x8000000;
    public static final long CLONE_NEWUSER = 0x10000000;
    public static final long CLONE_NEWPID = 0x20000000;
    public static final long CLONE_NEWNET = 0x40000000;
    public static final long CLONE_INTO_CGROUP = 0x200000000L;

    // mount(2), include/uapi/linux/mount.h
    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;
    public static final long MS_NOEXEC = 8;
    public static final long MS_REMOUNT = 0x20;
    public static final long MS_NOSYMFOLLOW = 0x100;
    public static final long MS_NOATIME = 0x400;
    public static final long MS_NODIRATIME = 0x800;
    public static final long MS_BIND = 0x1000;
    public static final long MS_MOVE = 0x2000;
    public static final long MS_REC = 0x4000;
    public static final long MS_UNBINDABLE = 0x20000;
    public static final long MS_PRIVATE = 0x40000;
    public static final long MS_SLAVE = 0x80000;
    public static final long MS_SHARED = 0x100000;
    public static final long MS_RELATIME = 0x200000;
    public static final long MS_STRICTATIME = 0x1000000;

    // umount(2)
    public static final long MNT_FORCE = 1;
    public static final long MNT_DETACH = 2;
    public static final long MNT_EXPIRE = 4;
    public static final long UMOUNT_NOFOLLOW = 8;

    // mount_setattr(2)
    public static final long MOUNT_ATTR_RDONLY = 1;
    public static final long MOUNT_ATTR_NOSUID = 2;
    public static final long MOUNT_ATTR_NODEV = 4;
    public static final long MOUNT_ATTR_NOEXEC = 8;
    public static final long MOUNT_ATTR_IDMAP = 0x100000;

    // open_tree(2), move_mount(2)
    public static final long OPEN_TREE_CLONE = 1;
    public static final long OPEN_TREE_CLOEXEC = 02000000;
    public static final long MOVE_MOUNT_F_EMPTY_PATH = 4;
    public static final long MOVE_MOUNT_T_SYMLINKS = 0x10;
    public static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    // openat2(2)
    public static final long RESOLVE_NO_XDEV = 1;
    public static final long RESOLVE_NO_MAGICLINKS = 2;
    public static final long RESOLVE_NO_SYMLINKS = 4;
    public static final long RESOLVE_BENEATH = 8;
    public static final long RESOLVE_IN_ROOT = 0x10;

    // openat(2), fcntl(2): the values that x86-64 and aarch64 share
    public static final long O_RDONLY = 0;
    public static final long O_WRONLY = 1;
    public static final long O_RDWR = 2;
    public static final long O_CREAT = 0100;
    public static final long O_EXCL = 0200;
    public static final long O_NOCTTY = 0400;
    public static final long O_TRUNC = 01000;
    public static final long O_APPEND = 02000;
    public static final long O_NONBLOCK = 04000;
    public static final long O_CLOEXEC = 02000000;
    public static final long O_PATH = 010000000;
    /** O_TMPFILE without the O_DIRECTORY in it, whose value the architectures disagree on. */
    static final long O_TMPFILE_BIT = 020000000;

    // statx(2), include/uapi/linux/stat.h
    static final long STATX_TYPE = 1;

    // mknod(2), inode(7)
    public static final long S_IFMT = 0170000;
    public static final long S_IFCHR = 020000;
    public static final long S_IFBLK = 060000;
    public static final long S_IFREG = 0100000;
    public static final long S_IFIFO = 010000;
    public static final long S_IFDIR = 040000;
    public static final long S_IFLNK = 0120000;

    // close_range(2)
    public static final long CLOSE_RANGE_UNSHARE = 2;
    public static final long CLOSE_RANGE_CLOEXEC = 4;

    // memfd_create(2)
    public static final long MFD_CLOEXEC = 1;
    public static final long MFD_ALLOW_SEALING = 2;
    public static final long MFD_NOEXEC_SEAL = 8;
    public static final long MFD_EXEC = 0x10;

    // fcntl(2), file sealing
    public static final long F_SEAL_SEAL = 1;
    public static final long F_SEAL_SHRINK = 2;
    public static final long F_SEAL_GROW = 4;
    public static final long F_SEAL_WRITE = 8;
    public static final long F_SEAL_EXEC = 0x20;

    // poll(2)
    public static final long POLLIN = 1;
    public static final long POLLOUT = 4;
    public static final long POLLERR = 8;
    public static final long POLLHUP = 0x10;

    // openat(2): "relative to the current directory"
    public static final int AT_FDCWD = -100;
    public static final int AT_REMOVEDIR = 0x200;
    public static final int AT_SYMLINK_NOFOLLOW = 0x100;
    public static final int AT_EMPTY_PATH = 0x1000;
    public static final int AT_RECURSIVE = 0x8000;

    // signal(7)
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGKILL = 9;
    public static final int SIGUSR1 = 10;
    public static final int SIGUSR2 = 12;
    public static final int SIGPIPE = 13;
    public static final int SIGTERM = 15;
    public static final int SIGCHLD = 17;
    public static final int SIGCONT = 18;
    public static final int SIGSTOP = 19;
    public static final int SIGTSTP = 20;
    public static final int SIGWINCH = 28;

    // sigprocmask(2)
    public static final int SIG_BLOCK = 0;
    public static final int SIG_UNBLOCK = 1;
    public static final int SIG_SETMASK = 2;

    // ioctl_tty(2), TIOCGPTPEER in ioctl_tty(2) since Linux 4.13
    public static final long TCGETS = 0x5401;
    public static final long TCSETS = 0x5402;
    public static final long TCSETSW = 0x5403;
    public static final long TIOCSCTTY = 0x540e;
    public static final long TIOCGWINSZ = 0x5413;
    public static final long TIOCSWINSZ = 0x5414;
    public static final long TIOCSPTLCK = 0x40045431;
    public static final long TIOCGPTPEER = 0x5441;

    // prctl(2)
    public static final int PR_SET_PDEATHSIG = 1;
    public static final int PR_SET_KEEPCAPS = 8;
    public static final int PR_SET_DUMPABLE = 4;
    public static final int PR_SET_NAME = 15;
    public static final int PR_CAPBSET_DROP = 24;
    public static final int PR_SET_NO_NEW_PRIVS = 38;
    public static final int PR_CAP_AMBIENT = 47;
    public static final int PR_CAP_AMBIENT_RAISE = 2;
    public static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    // seccomp(2)
    public static final int SECCOMP_SET_MODE_FILTER = 1;
    public static final long SECCOMP_FILTER_FLAG_TSYNC = 1;
    public static final long SECCOMP_FILTER_FLAG_LOG = 2;
    public static final long SECCOMP_FILTER_FLAG_SPEC_ALLOW = 4;
    public static final long SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    public static final long SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 0x20;

    // bpf(2), include/uapi/linux/bpf.h
    public static final int BPF_PROG_LOAD = 5;
    public static final int BPF_PROG_ATTACH = 8;
    public static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    public static final int BPF_CGROUP_DEVICE = 6;
    public static final long BPF_F_ALLOW_MULTI = 2;

    // getrlimit(2)
    public static final long RLIM_INFINITY = -1;
    // fsopen(2), fsconfig(2), fsmount(2), include/uapi/linux/mount.h
    public static final int FSOPEN_CLOEXEC = 1;
    public static final int FSCONFIG_SET_FLAG = 0;
    public static final int FSCONFIG_SET_STRING = 1;
    public static final int FSCONFIG_CMD_CREATE = 6;
    public static final int FSMOUNT_CLOEXEC = 1;

    // capset(2)
    public static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    // landlock_create_ruleset(2), include/uapi/linux/landlock.h
    public static final long LANDLOCK_ACCESS_FS_EXECUTE = 1;
    public static final long LANDLOCK_ACCESS_FS_WRITE_FILE = 2;
    public static final long LANDLOCK_ACCESS_FS_READ_FILE = 4;
    public static final long LANDLOCK_ACCESS_FS_READ_DIR = 8;
    public static final long LANDLOCK_ACCESS_FS_REMOVE_DIR = 0x10;
    public static final long LANDLOCK_ACCESS_FS_REMOVE_FILE = 0x20;
    public static final long LANDLOCK_ACCESS_FS_MAKE_CHAR = 0x40;
    public static final long LANDLOCK_ACCESS_FS_MAKE_DIR = 0x80;
    public static final long LANDLOCK_ACCESS_FS_MAKE_REG = 0x100;
    public static final long LANDLOCK_ACCESS_FS_MAKE_SOCK = 0x200;
    public static final long LANDLOCK_ACCESS_FS_MAKE_FIFO = 0x400;
    public static final long LANDLOCK_ACCESS_FS_MAKE_BLOCK = 0x800;
    public static final long LANDLOCK_ACCESS_FS_MAKE_SYM = 0x1000;
    public static final long LANDLOCK_ACCESS_FS_REFER = 0x2000;
    public static final long LANDLOCK_ACCESS_FS_TRUNCATE = 0x4000;
    public static final long LANDLOCK_ACCESS_FS_IOCTL_DEV = 0x8000;
    public static final long LANDLOCK_ACCESS_NET_BIND_TCP = 1;
    public static final long LANDLOCK_ACCESS_NET_CONNECT_TCP = 2;
    public static final long LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET = 1;
    public static final long LANDLOCK_SCOPE_SIGNAL = 2;
    public static final int LANDLOCK_CREATE_RULESET_VERSION = 1;
    public static final int LANDLOCK_RULE_PATH_BENEATH = 1;
    public static final int LANDLOCK_RULE_NET_PORT = 2;

    // keyctl(2), include/uapi/linux/keyctl.h
    public static final int KEY_SPEC_SESSION_KEYRING = -3;
    public static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    public static final int KEYCTL_SEARCH = 10;
    public static final int KEYCTL_READ = 11;

    // clock_gettime(2)
    public static final int CLOCK_REALTIME = 0;

    // fcntl(2)
    public static final int F_GETFD = 1;
    public static final int F_SETFD = 2;
    public static final int F_DUPFD_CLOEXEC = 1030;
    public static final int F_ADD_SEALS = 1033;

    // wait(2)
    public static final int WNOHANG = 1;
    public static final int WEXITED = 4;
    public static final int WNOWAIT = 0x01000000;
    public static final int P_PIDFD = 3;

    // unix(7)
    public static final int SOL_SOCKET = 1;
    public static final int SCM_RIGHTS = 1;
    public static final int AF_UNIX = 1;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 02000000;
    public static final int MSG_CMSG_CLOEXEC = 0x40000000;

    // msgget(2), msgop(2), include/uapi/linux/ipc.h
    public static final long IPC_CREAT = 01000;
    public static final long IPC_NOWAIT = 04000;

    // ip(7), netdevice(7), include/uapi/linux/sockios.h, include/uapi/linux/route.h
    public static final int AF_INET = 2;
    public static final long SIOCADDRT = 0x890b;
    public static final long SIOCSIFFLAGS = 0x8914;
    public static final long SIOCSIFADDR = 0x8916;
    public static final long SIOCSIFNETMASK = 0x891c;
    public static final long IFF_UP = 1;
    public static final long IFF_MULTICAST = 0x1000;
    public static final long RTF_UP = 1;
    public static final long RTF_GATEWAY = 2;

    // netlink(7)
    public static final int AF_NETLINK = 16;
    public static final int NETLINK_ROUTE = 0;
    public static final int SOL_NETLINK = 270;
    public static final int NETLINK_CAP_ACK = 10;
    public static final int NETLINK_EXT_ACK = 11;

    private Constants() {}
}

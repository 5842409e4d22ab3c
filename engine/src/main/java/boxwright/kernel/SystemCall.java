package boxwright.kernel;

/**
 * The system calls that plans use, by the kernel's own names, with their numbers on both architectures.
 *
 * <p>Numbers: {@code arch/x86/entry/syscalls/syscall_64.tbl} and {@code include/uapi/asm-generic/unistd.h}; see
 * syscalls(2). Only calls that both architectures have are here: aarch64 never got {@code open}, {@code mkdir} or
 * {@code poll}, so plans use {@code openat}, {@code mkdirat} and {@code ppoll} everywhere.
 */
public enum SystemCall {
    READ("read", 0, 63),
    WRITE("write", 1, 64),
    CLOSE("close", 3, 57),
    LSEEK("lseek", 8, 62),
    RT_SIGPROCMASK("rt_sigprocmask", 14, 135),
    IOCTL("ioctl", 16, 29),
    GETPID("getpid", 39, 172),
    SENDFILE("sendfile", 40, 71),
    SOCKET("socket", 41, 198),
    CONNECT("connect", 42, 203),
    SENDMSG("sendmsg", 46, 211),
    RECVMSG("recvmsg", 47, 212),
    CLONE("clone", 56, 220),
    EXECVE("execve", 59, 221),
    WAIT4("wait4", 61, 260),
    KILL("kill", 62, 129),
    MSGGET("msgget", 68, 186),
    MSGSND("msgsnd", 69, 189),
    MSGRCV("msgrcv", 70, 188),
    FCNTL("fcntl", 72, 25),
    FLOCK("flock", 73, 32),
    FSYNC("fsync", 74, 82),
    FTRUNCATE("ftruncate", 77, 46),
    CHDIR("chdir", 80, 49),
    FCHDIR("fchdir", 81, 50),
    FCHOWN("fchown", 93, 55),
    UMASK("umask", 95, 166),
    PTRACE("ptrace", 101, 117),
    SETPGID("setpgid", 109, 154),
    SETSID("setsid", 112, 157),
    SETGROUPS("setgroups", 116, 159),
    SETRESUID("setresuid", 117, 147),
    SETRESGID("setresgid", 119, 149),
    GETPGID("getpgid", 121, 155),
    PERSONALITY("personality", 135, 92),
    CAPSET("capset", 126, 91),
    RT_SIGTIMEDWAIT("rt_sigtimedwait", 128, 137),
    PIVOT_ROOT("pivot_root", 155, 41),
    PRCTL("prctl", 157, 167),
    CHROOT("chroot", 161, 51),
    MOUNT("mount", 165, 40),
    UMOUNT2("umount2", 166, 39),
    SETHOSTNAME("sethostname", 170, 161),
    SETDOMAINNAME("setdomainname", 171, 162),
    CLOCK_SETTIME("clock_settime", 227, 112),
    SCHED_SETAFFINITY("sched_setaffinity", 203, 122),
    CLOCK_GETTIME("clock_gettime", 228, 113),
    EXIT_GROUP("exit_group", 231, 94),
    MQ_OPEN("mq_open", 240, 180),
    MQ_TIMEDSEND("mq_timedsend", 242, 182),
    MQ_TIMEDRECEIVE("mq_timedreceive", 243, 183),
    ADD_KEY("add_key", 248, 217),
    KEYCTL("keyctl", 250, 219),
    IOPRIO_SET("ioprio_set", 251, 30),
    OPENAT("openat", 257, 56),
    MKDIRAT("mkdirat", 258, 34),
    MKNODAT("mknodat", 259, 33),
    FCHOWNAT("fchownat", 260, 54),
    UNLINKAT("unlinkat", 263, 35),
    SYMLINKAT("symlinkat", 266, 36),
    FCHMODAT("fchmodat", 268, 53),
    FACCESSAT("faccessat", 269, 48),
    PPOLL("ppoll", 271, 73),
    UNSHARE("unshare", 272, 97),
    WAITID("waitid", 247, 95),
    UTIMENSAT("utimensat", 280, 88),
    SIGNALFD4("signalfd4", 289, 74),
    DUP3("dup3", 292, 24),
    PIPE2("pipe2", 293, 59),
    PRLIMIT64("prlimit64", 302, 261),
    SETNS("setns", 308, 268),
    SOCKETPAIR("socketpair", 53, 199),
    SETSOCKOPT("setsockopt", 54, 208),
    SET_MEMPOLICY("set_mempolicy", 238, 237),
    SCHED_SETATTR("sched_setattr", 314, 274),
    OPEN_BY_HANDLE_AT("open_by_handle_at", 304, 265),
    RENAMEAT2("renameat2", 316, 276),
    SECCOMP("seccomp", 317, 277),
    MEMFD_CREATE("memfd_create", 319, 279),
    BPF("bpf", 321, 280),
    STATX("statx", 332, 291),
    PIDFD_SEND_SIGNAL("pidfd_send_signal", 424, 424),
    OPEN_TREE("open_tree", 428, 428),
    MOVE_MOUNT("move_mount", 429, 429),
    FSOPEN("fsopen", 430, 430),
    FSCONFIG("fsconfig", 431, 431),
    FSMOUNT("fsmount", 432, 432),
    PIDFD_OPEN("pidfd_open", 434, 434),
    CLONE3("clone3", 435, 435),
    CLOSE_RANGE("close_range", 436, 436),
    OPENAT2("openat2", 437, 437),
    MOUNT_SETATTR("mount_setattr", 442, 442),
    LANDLOCK_CREATE_RULESET("landlock_create_ruleset", 444, 444),
    LANDLOCK_ADD_RULE("landlock_add_rule", 445, 445),
    LANDLOCK_RESTRICT_SELF("landlock_restrict_self", 446, 446);

    private final String symbol;
    private final int x86;
    private final int aarch64;

    SystemCall(String symbol, int x86, int aarch64) {
        this.symbol = symbol;
        this.x86 = x86;
        this.aarch64 = aarch64;
    }

    /** The call's name in C, as in {@code mount(2)}. */
    public String symbol() {
        return symbol;
    }

    /** The call's number on that architecture. */
    public int number(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> x86;
            case AARCH64 -> aarch64;
        };
    }

    @Override
    public String toString() {
        return symbol;
    }
}

package boxwright.isolation.seccomp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The system calls that every container may make, by what they are for. Those of 32-bit ABIs are among them. */
final class PlainCalls {
    private static final String FILES = """
            access faccessat faccessat2 open openat openat2 creat close close_range name_to_handle_at
            dup dup2 dup3 fcntl fcntl64 flock ioctl umask
            chdir fchdir getcwd getdents getdents64 readlink readlinkat
            stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx statfs statfs64 fstatfs fstatfs64
            statmount listmount
            mkdir mkdirat mknod mknodat rmdir unlink unlinkat link linkat symlink symlinkat rename renameat renameat2
            chmod fchmod fchmodat fchmodat2 chown chown32 fchown fchown32 fchownat lchown lchown32
            utime utimes futimesat utimensat utimensat_time64
            getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat
            listxattr llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat
            inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark
            """;

    private static final String BYTES = """
            read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek
            truncate truncate64 ftruncate ftruncate64 fallocate fadvise64 fadvise64_64 readahead cachestat
            sync syncfs fsync fdatasync sync_file_range
            copy_file_range sendfile sendfile64 splice tee vmsplice pipe pipe2
            io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_pgetevents_time64
            """;

    private static final String WAITING = """
            select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64
            epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2
            eventfd eventfd2 signalfd signalfd4
            futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue set_robust_list get_robust_list
            """;

    private static final String MEMORY = """
            brk mmap mmap2 mremap munmap mprotect madvise mincore msync membarrier remap_file_pages mseal
            mlock mlock2 mlockall munlock munlockall memfd_create memfd_secret
            pkey_alloc pkey_free pkey_mprotect map_shadow_stack
            """;

    private static final String PROCESSES = """
            fork vfork execve execveat exit exit_group wait4 waitid waitpid restart_syscall
            getpid getppid gettid getpgid setpgid getpgrp getsid setsid
            pidfd_open pidfd_send_signal process_mrelease
            prctl seccomp capget capset landlock_create_ruleset landlock_add_rule landlock_restrict_self
            set_tid_address set_thread_area get_thread_area rseq uretprobe
            """;

    private static final String IDENTITY = """
            getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32
            getresuid getresuid32 getresgid getresgid32 getgroups getgroups32
            setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32
            setresuid setresuid32 setresgid setresgid32 setfsuid setfsuid32 setfsgid setfsgid32
            setgroups setgroups32
            """;

    private static final String SIGNALS = """
            kill tkill tgkill pause alarm sigaltstack sigprocmask sigreturn
            rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_tgsigqueueinfo rt_sigreturn rt_sigsuspend
            rt_sigtimedwait rt_sigtimedwait_time64
            """;

    private static final String RESOURCES = """
            getrlimit ugetrlimit setrlimit prlimit64 getrusage times sysinfo uname getcpu getrandom
            getpriority setpriority ioprio_get ioprio_set
            sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam sched_setparam
            sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min
            sched_rr_get_interval sched_rr_get_interval_time64
            """;

    private static final String TIME = """
            time gettimeofday adjtimex clock_adjtime clock_adjtime64
            clock_getres clock_getres_time64 clock_gettime clock_gettime64
            nanosleep clock_nanosleep clock_nanosleep_time64 getitimer setitimer
            timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64
            timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
            """;

    private static final String MESSAGES = """
            socketcall socketpair bind connect listen accept accept4 shutdown
            getsockname getpeername getsockopt setsockopt
            recv recvfrom recvmsg recvmmsg recvmmsg_time64 send sendto sendmsg sendmmsg
            ipc msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64
            shmat shmctl shmdt shmget
            mq_open mq_unlink mq_notify mq_getsetattr mq_timedreceive mq_timedreceive_time64
            mq_timedsend mq_timedsend_time64
            """;

    private PlainCalls() {}

    static List<String> names() {
        List<String> names = new ArrayList<>(400);
        for (String group :
                new String[] {FILES, BYTES, WAITING, MEMORY, PROCESSES, IDENTITY, SIGNALS, RESOURCES, TIME, MESSAGES}) {
            names.addAll(split(group));
        }
        return names;
    }

    /** The words of a text. No regular expression, and an array: a cold JVM interprets this. */
    static List<String> split(String text) {
        List<String> words = new ArrayList<>();
        byte[] characters = text.getBytes(StandardCharsets.ISO_8859_1);
        int start = 0;
        for (int at = 0; at <= characters.length; at++) {
            if (at == characters.length || characters[at] <= ' ') {
                if (at > start) {
                    words.add(new String(characters, start, at - start, StandardCharsets.ISO_8859_1));
                }
                start = at + 1;
            }
        }
        return words;
    }
}

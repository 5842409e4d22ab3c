package boxwright.runtime.spec;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What runs in a container, and as whom: {@code process} of config.md, and the whole of {@code exec --process FILE}.
 *
 * <pre>{@code
 * {
 *   "terminal": true, "consoleSize": {"height": 25, "width": 80},
 *   "user": {"uid": 1, "gid": 1, "umask": 63, "additionalGids": [5, 6]},
 *   "args": ["sh"], "env": ["PATH=/usr/bin:/bin", "TERM=xterm"], "cwd": "/root",
 *   "capabilities": {"bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]},
 *   "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
 *   "noNewPrivileges": true, "oomScoreAdj": 100, "apparmorProfile": "acme", "selinuxLabel": "system_u:…"
 * }
 * }</pre>
 *
 * @param terminal whether it gets a terminal of its own
 * @param consoleSize of that terminal
 * @param user who it is
 * @param args the program and its arguments
 * @param env {@code KEY=value}
 * @param cwd the working directory, absolute
 * @param capabilities empty: no capability at all
 * @param rlimits setrlimit(2)
 * @param noNewPrivileges prctl(2) {@code PR_SET_NO_NEW_PRIVS}
 * @param oomScoreAdj proc_pid_oom_score_adj(5)
 * @param apparmorProfile empty for none
 * @param selinuxLabel empty for none
 * @param scheduler sched_setattr(2)
 * @param ioPriority ioprio_set(2)
 * @param execCpuAffinity of a process that {@code exec} starts
 */
public record ProcessSpec(
        boolean terminal,
        Optional<ConsoleSize> consoleSize,
        User user,
        List<String> args,
        List<String> env,
        String cwd,
        Optional<CapabilityNames> capabilities,
        List<Rlimit> rlimits,
        boolean noNewPrivileges,
        OptionalInt oomScoreAdj,
        String apparmorProfile,
        String selinuxLabel,
        Optional<Scheduler> scheduler,
        Optional<IoPriority> ioPriority,
        Optional<ExecCpuAffinity> execCpuAffinity) {
    public ProcessSpec {
        args = List.copyOf(args);
        env = List.copyOf(env);
        rlimits = List.copyOf(rlimits);
    }

    /** The size of a terminal, in characters. */
    public record ConsoleSize(int height, int width) {}

    /**
     * A user, as the container sees it.
     *
     * @param umask of the program; the usual one where it is not given
     * @param additionalGids supplementary groups
     */
    public record User(long uid, long gid, OptionalInt umask, List<Long> additionalGids) {
        public User {
            additionalGids = List.copyOf(additionalGids);
        }
    }

    /** The five sets of capabilities(7), by name. */
    public record CapabilityNames(
            List<String> bounding,
            List<String> effective,
            List<String> permitted,
            List<String> inheritable,
            List<String> ambient) {
        public CapabilityNames {
            bounding = List.copyOf(bounding);
            effective = List.copyOf(effective);
            permitted = List.copyOf(permitted);
            inheritable = List.copyOf(inheritable);
            ambient = List.copyOf(ambient);
        }
    }

    /**
     * A limit of the process, setrlimit(2).
     *
     * @param type {@code RLIMIT_NOFILE}
     * @param hard unsigned; all bits set is {@code RLIM_INFINITY}
     * @param soft unsigned
     */
    public record Rlimit(String type, long hard, long soft) {}

    /**
     * How the kernel schedules it, sched_setattr(2).
     *
     * @param policy {@code SCHED_OTHER}, {@code SCHED_FIFO} …
     * @param flags {@code SCHED_FLAG_…}
     * @param runtime nanoseconds, for {@code SCHED_DEADLINE}
     * @param deadline nanoseconds
     * @param period nanoseconds
     */
    public record Scheduler(
            String policy, int nice, int priority, List<String> flags, long runtime, long deadline, long period) {
        public Scheduler {
            flags = List.copyOf(flags);
        }
    }

    /**
     * How the kernel orders its disk accesses, ioprio_set(2).
     *
     * @param ioClass {@code IOPRIO_CLASS_RT}, {@code _BE} or {@code _IDLE}
     * @param priority 0, the highest, to 7
     */
    public record IoPriority(String ioClass, int priority) {}

    /**
     * The processors of a process that {@code exec} starts.
     *
     * @param initial while it is not in the container's cgroup yet, a list such as {@code 0-3,7}
     * @param last afterwards
     */
    public record ExecCpuAffinity(String initial, String last) {}
}

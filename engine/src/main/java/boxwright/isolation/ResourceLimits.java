package boxwright.isolation;

import static boxwright.kernel.Constants.O_WRONLY;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What each process by itself may use; getrlimit(2). Older than cgroups: a limit on open files or on the size of a core
 * dump has no controller. And who goes first when the machine's memory is short; oom_score_adj in proc_pid_oom_score_adj(5).
 *
 * @param limits of the first process, which its children inherit
 * @param oomScoreAdjustment -1000 for never, 1000 for always first
 */
public record ResourceLimits(List<Limit> limits, OptionalInt oomScoreAdjustment) implements Isolation {
    /**
     * A limit.
     *
     * @param soft what the kernel holds the process to; -1 for no limit
     * @param hard how far the process may raise it itself; -1 for no limit
     */
    public record Limit(Resource resource, long soft, long hard) {
        @Override
        public String toString() {
            return resource.word() + "=" + soft + ":" + hard;
        }
    }

    /** What is limited; the numbers are those of include/uapi/asm-generic/resource.h. */
    public enum Resource {
        CPU(0, "Max cpu time"),
        FSIZE(1, "Max file size"),
        DATA(2, "Max data size"),
        STACK(3, "Max stack size"),
        CORE(4, "Max core file size"),
        RSS(5, "Max resident set"),
        NPROC(6, "Max processes"),
        NOFILE(7, "Max open files"),
        MEMLOCK(8, "Max locked memory"),
        AS(9, "Max address space"),
        LOCKS(10, "Max file locks"),
        SIGPENDING(11, "Max pending signals"),
        MSGQUEUE(12, "Max msgqueue size"),
        NICE(13, "Max nice priority"),
        RTPRIO(14, "Max realtime priority"),
        RTTIME(15, "Max realtime timeout");

        private final int number;
        private final String label;

        Resource(int number, String label) {
            this.number = number;
            this.label = label;
        }

        /** The one that docker-run(1) has under a name, {@code nofile}; empty where there is none. It has no {@code as}. */
        public static Optional<Resource> of(String word) {
            for (Resource resource : values()) {
                if (resource.word().equals(word) && resource != AS) {
                    return Optional.of(resource);
                }
            }
            return Optional.empty();
        }

        /** The one of that name in C, {@code RLIMIT_NOFILE}; empty where there is none. */
        public static Optional<Resource> ofSymbol(String symbol) {
            for (Resource resource : values()) {
                if (symbol.equals("RLIMIT_" + resource)) {
                    return Optional.of(resource);
                }
            }
            return Optional.empty();
        }

        /** {@code nofile}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** How {@code /proc/PID/limits} calls it. */
        public String label() {
            return label;
        }
    }

    public ResourceLimits {
        limits = List.copyOf(limits);
    }

    /** Whether it adds no line. */
    public boolean isEmpty() {
        return limits.isEmpty() && oomScoreAdjustment.isEmpty();
    }

    @Override
    public String chapter() {
        return "07-cgroups";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        oomScoreAdjustment.ifPresent(value -> {
            Slot file = Slot.of("oom_score_adj");
            plan.open("/proc/self/oom_score_adj", O_WRONLY, 0).into(file);
            plan.write(file.value(), Integer.toString(value))
                    .because("who goes first when the machine has no memory left");
            plan.close(file.value());
        });
    }

    /** At the end: the set-up itself opens files. */
    @Override
    public void addLast(PlanBuilder plan) {
        for (Limit limit : limits) {
            Resource resource = limit.resource();
            plan.setrlimit(resource.number, "RLIMIT_" + resource, limit.soft(), limit.hard())
                    .because("the most that a process in it may have");
        }
    }
}

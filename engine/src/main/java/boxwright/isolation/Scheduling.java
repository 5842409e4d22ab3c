package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;

import boxwright.kernel.Argument;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How the kernel treats a program among others: sched_setattr(2), ioprio_set(2), personality(2).
 *
 * @param policy empty to leave it as it is
 * @param ioPriority the class in the upper three bits of 16, and the level; empty to leave it as it is
 * @param personality empty to leave it as it is
 */
public record Scheduling(List<Attributes> policy, OptionalInt ioPriority, OptionalLong personality)
        implements Isolation {
    /**
     * A {@code struct sched_attr}.
     *
     * @param name of the policy
     * @param policy its number
     * @param flags {@code SCHED_FLAG_…}
     * @param runtime nanoseconds
     * @param deadline nanoseconds
     * @param period nanoseconds
     */
    public record Attributes(
            String name, int policy, long flags, int nice, int priority, long runtime, long deadline, long period) {}

    public Scheduling {
        policy = List.copyOf(policy);
    }

    @Override
    public String chapter() {
        return "";
    }

    @Override
    public void addLast(PlanBuilder plan) {
        for (Attributes wanted : policy) {
            Argument.Struct attributes = new Argument.Struct(List.of(
                    field("size", 4, 48),
                    field("sched_policy", 4, number(wanted.policy(), Notation.name(wanted.name()))),
                    field("sched_flags", 8, wanted.flags()),
                    field("sched_nice", 4, wanted.nice()),
                    field("sched_priority", 4, wanted.priority()),
                    field("sched_runtime", 8, wanted.runtime()),
                    field("sched_deadline", 8, wanted.deadline()),
                    field("sched_period", 8, wanted.period())));
            plan.call(SystemCall.SCHED_SETATTR, number(0), attributes, number(0))
                    .because("when it gets a processor");
        }
        ioPriority.ifPresent(value -> plan.call(
                        SystemCall.IOPRIO_SET,
                        number(1, Notation.name("IOPRIO_WHO_PROCESS")),
                        number(0),
                        number(value, Notation.HEXADECIMAL))
                .because("when it gets the disk"));
        personality.ifPresent(value -> plan.call(SystemCall.PERSONALITY, number(value, Notation.HEXADECIMAL))
                .because("the kind of system that uname(2) tells it of"));
    }
}

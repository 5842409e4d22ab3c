package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.PR_CAPBSET_DROP;
import static boxwright.kernel.Constants.PR_CAP_AMBIENT;
import static boxwright.kernel.Constants.PR_CAP_AMBIENT_CLEAR_ALL;
import static boxwright.kernel.Constants.PR_CAP_AMBIENT_RAISE;

import boxwright.kernel.Argument;
import boxwright.kernel.Capability;
import boxwright.kernel.Constants;
import boxwright.kernel.Line;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Root's power, cut down to what the container needs: capabilities(7). A process has five sets.
 *
 * @param bounding what no {@code execve} can gain beyond; for root, what {@code execve} gives
 * @param effective what the kernel looks at
 * @param permitted what may be made effective
 * @param inheritable what {@code execve} of a file with the same inheritable capabilities keeps
 * @param ambient what a program keeps over {@code execve} without being root
 * @param last the number of the last capability that the kernel knows
 * @param credentials who the process becomes on the way; empty to leave it who it is
 */
public record Capabilities(
        Set<Capability> bounding,
        Set<Capability> effective,
        Set<Capability> permitted,
        Set<Capability> inheritable,
        Set<Capability> ambient,
        int last,
        Optional<Credentials> credentials)
        implements Isolation {
    public Capabilities {
        bounding = Set.copyOf(bounding);
        effective = Set.copyOf(effective);
        permitted = Set.copyOf(permitted);
        inheritable = Set.copyOf(inheritable);
        ambient = Set.copyOf(ambient);
        requireIn("effective", effective, "permitted", permitted);
        requireIn("ambient", ambient, "permitted", permitted);
        requireIn("ambient", ambient, "inheritable", inheritable);
        for (Set<Capability> set : List.of(bounding, permitted, inheritable)) {
            for (Capability capability : set) {
                if (capability.number() > last) {
                    throw new IllegalArgumentException("this kernel does not know " + capability
                            + ": its capabilities end with number " + last + " (/proc/sys/kernel/cap_last_cap)");
                }
            }
        }
    }

    private static void requireIn(String inner, Set<Capability> part, String outer, Set<Capability> whole) {
        for (Capability capability : part) {
            if (!whole.contains(capability)) {
                throw new IllegalArgumentException(
                        capability + " is in the " + inner + " set but not in the " + outer + " set; capabilities(7)");
            }
        }
    }

    /**
     * The sets of a container's root, as Docker fills them. The inheritable set is empty, so that a file's own inheritable
     * capabilities give nothing: with them in it, any user inside could run such a file and gain them (CVE-2022-24769).
     */
    public static Capabilities ofRoot(Set<Capability> capabilities, int last) {
        return new Capabilities(capabilities, capabilities, capabilities, Set.of(), Set.of(), last, Optional.empty());
    }

    /**
     * The sets of a container's program, as Docker fills them: root has them all, another user none, but setuid programs
     * and file capabilities may still give what is in the bounding set.
     */
    public static Capabilities of(Credentials credentials, Set<Capability> capabilities, int last) {
        Set<Capability> own = credentials.isRoot() ? capabilities : Set.of();
        return new Capabilities(capabilities, own, own, Set.of(), Set.of(), last, Optional.of(credentials));
    }

    @Override
    public String chapter() {
        return "08-capabilities";
    }

    @Override
    public void addLast(PlanBuilder plan) {
        dropFromBoundingSet(plan);
        credentials.ifPresent(identity -> {
            if (!identity.isRoot() && !permitted.isEmpty()) {
                plan.prctl(Constants.PR_SET_KEEPCAPS, "PR_SET_KEEPCAPS", number(1))
                        .because("what is to be kept beyond the change of the user");
            }
            identity.addTo(plan);
        });
        Argument.Struct header = new Argument.Struct(List.of(
                field(
                        "version",
                        4,
                        number(Constants.LINUX_CAPABILITY_VERSION_3, Notation.name("_LINUX_CAPABILITY_VERSION_3"))),
                field("pid", 4, 0)));
        plan.call(SystemCall.CAPSET, header, new Argument.Array(List.of(half(0), half(32))))
                .because(effective.isEmpty() ? "no capability is left" : "from here on root is no more than this");
        plan.prctl(
                        PR_CAP_AMBIENT,
                        "PR_CAP_AMBIENT",
                        number(PR_CAP_AMBIENT_CLEAR_ALL, Notation.name("PR_CAP_AMBIENT_CLEAR_ALL")))
                .because("nothing is kept over execve by those who are not root");
        for (Capability capability : Capability.values()) {
            if (ambient.contains(capability)) {
                plan.call(
                                SystemCall.PRCTL,
                                number(PR_CAP_AMBIENT, Notation.name("PR_CAP_AMBIENT")),
                                number(PR_CAP_AMBIENT_RAISE, Notation.name("PR_CAP_AMBIENT_RAISE")),
                                capabilityNumber(capability.number()),
                                number(0),
                                number(0))
                        .because("but this");
            }
        }
        if (credentials
                .filter(identity -> !identity.isRoot() || identity.group() != 0)
                .isPresent()) {
            plan.parentDeathSignal(Constants.SIGKILL).because("the change of the user has cleared it; prctl(2)");
        }
    }

    /** One line each; also for capabilities that the kernel knows and this table does not. */
    private void dropFromBoundingSet(PlanBuilder plan) {
        long kept = Capability.bits(bounding);
        boolean first = true;
        for (int number = 0; number <= last; number++) {
            if ((kept & 1L << number) == 0) {
                Line line = plan.call(
                        SystemCall.PRCTL,
                        number(PR_CAPBSET_DROP, Notation.name("PR_CAPBSET_DROP")),
                        capabilityNumber(number));
                if (first) {
                    line.because("no execve can give this back, whatever the file says");
                    first = false;
                }
            }
        }
    }

    private static Argument capabilityNumber(int number) {
        Capability[] known = Capability.values();
        return number < known.length ? number(number, Notation.name(known[number].name())) : number(number);
    }

    /** capset(2) takes each set in two halves of 32 bits. */
    private Argument.Struct half(int shift) {
        return new Argument.Struct(List.of(
                half("effective", effective, shift),
                half("permitted", permitted, shift),
                half("inheritable", inheritable, shift)));
    }

    private static Argument.Field half(String name, Set<Capability> set, int shift) {
        return field(name, 4, number(Capability.bits(set) >>> shift & 0xffffffffL, Notation.HEXADECIMAL));
    }
}

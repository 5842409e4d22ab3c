package boxwright.isolation;

import static boxwright.kernel.Argument.number;

import boxwright.isolation.cgroup.NumberList;
import boxwright.kernel.Argument;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * From which nodes of a machine with several (NUMA) a program takes its memory; set_mempolicy(2). It holds for what the
 * program starts, too.
 *
 * @param mode {@code MPOL_…}
 * @param nodes a list such as {@code 0-1,3}; empty for none
 * @param flags {@code MPOL_F_…}
 */
public record MemoryPolicy(String mode, String nodes, List<String> flags) implements Isolation {
    // include/uapi/linux/mempolicy.h
    private static final List<String> MODES = List.of(
            "MPOL_DEFAULT",
            "MPOL_PREFERRED",
            "MPOL_BIND",
            "MPOL_INTERLEAVE",
            "MPOL_LOCAL",
            "MPOL_PREFERRED_MANY",
            "MPOL_WEIGHTED_INTERLEAVE");
    private static final Map<String, Integer> FLAGS = Map.of(
            "MPOL_F_STATIC_NODES", 1 << 15,
            "MPOL_F_RELATIVE_NODES", 1 << 14,
            "MPOL_F_NUMA_BALANCING", 1 << 13);

    /**
     * A policy.
     *
     * @throws IllegalArgumentException for a mode or a flag that there is none of, and for nodes that are no list
     */
    public MemoryPolicy {
        flags = List.copyOf(flags);
        if (!MODES.contains(mode)) {
            throw new IllegalArgumentException("mode: \"" + mode + "\" is none of " + String.join(", ", MODES));
        }
        for (String flag : flags) {
            if (!FLAGS.containsKey(flag)) {
                throw new IllegalArgumentException("flags: \"" + flag + "\" is no flag of set_mempolicy(2)");
            }
        }
        if (!nodes.isEmpty()) {
            NumberList.of(nodes);
        }
    }

    /** All modes, in the order of their numbers. */
    public static List<String> modes() {
        return MODES;
    }

    /** All flags. */
    public static List<String> knownFlags() {
        return FLAGS.keySet().stream().sorted().toList();
    }

    @Override
    public String chapter() {
        return "";
    }

    @Override
    public void addLast(PlanBuilder plan) {
        long word = MODES.indexOf(mode);
        List<String> names = new ArrayList<>(List.of(mode));
        for (String flag : flags) {
            word |= FLAGS.getOrDefault(flag, 0);
            names.add(flag);
        }
        BitSet wanted = nodes.isEmpty() ? new BitSet() : NumberList.of(nodes);
        List<Long> mask = new ArrayList<>();
        for (long part : wanted.toLongArray()) {
            mask.add(part);
        }
        Argument pointer = mask.isEmpty() ? Argument.NULL : new Argument.Words(mask, "&{" + nodes + "}");
        // The kernel takes one bit less than it is told of.
        long bits = mask.isEmpty() ? 0 : mask.size() * (long) Long.SIZE + 1;
        plan.call(SystemCall.SET_MEMPOLICY, number(word, Notation.name(String.join("|", names))), pointer, number(bits))
                .because("from which nodes it takes memory");
    }
}

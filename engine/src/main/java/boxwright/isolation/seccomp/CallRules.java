package boxwright.isolation.seccomp;

import java.util.ArrayList;
import java.util.List;

/** What a profile says about one system call of one {@link Abi}: alternatives, each with its conditions and answer. */
final class CallRules {
    /** One way to be matched. */
    record Alternative(List<Comparison> conditions, Action action) {}

    private CallRules() {}

    /** What a rule says, made once for all the names in the rule. */
    static List<Alternative> of(Rule rule) {
        List<Alternative> alternatives = new ArrayList<>();
        for (List<Comparison> conditions : rule.alternatives()) {
            alternatives.add(new Alternative(conditions, rule.action()));
        }
        return alternatives;
    }

    /**
     * What two rules about a call say together, as libseccomp takes it: a rule without conditions outweighs those with, and
     * of two without, the first counts. Rules that lose by that are noted; Podman's own profile has some.
     *
     * @throws SeccompException when both have conditions, and some arguments fulfil both but would get different answers
     */
    static List<Alternative> merged(
            String name, List<Alternative> earlier, List<Alternative> added, List<String> overruled) {
        boolean first = earlier.getFirst().conditions().isEmpty();
        if (first || added.getFirst().conditions().isEmpty()) {
            noteLosers(name, first ? earlier.getFirst() : added.getFirst(), first ? added : earlier, overruled);
            return first ? earlier : added;
        }
        for (Alternative one : added) {
            for (Alternative other : earlier) {
                if (!haveSameAnswer(one, other) && Overlap.exists(other.conditions(), one.conditions())) {
                    throw new SeccompException("two rules contradict each other: " + sentence(name, other) + ", and "
                            + sentence(name, one));
                }
            }
        }
        List<Alternative> all = new ArrayList<>(earlier);
        all.addAll(added);
        return all;
    }

    private static void noteLosers(String name, Alternative winner, List<Alternative> losers, List<String> overruled) {
        for (Alternative loser : losers) {
            String note =
                    haveSameAnswer(winner, loser) ? "" : sentence(name, winner) + ", and not: " + sentence(name, loser);
            if (!note.isEmpty() && !overruled.contains(note)) {
                overruled.add(note);
            }
        }
    }

    /** By value: a record's equals costs a cold JVM 40 ms, for the method handles in the first one. */
    private static boolean haveSameAnswer(Alternative one, Alternative other) {
        return one.action().returnValue() == other.action().returnValue();
    }

    private static String sentence(String name, Alternative alternative) {
        StringBuilder text = new StringBuilder(name);
        String joint = " with ";
        for (Comparison condition : alternative.conditions()) {
            text.append(joint).append(condition);
            joint = " and ";
        }
        return text.append(" gets ").append(alternative.action()).toString();
    }

    /** The node that a call leads to whose number is known. */
    static int compile(BpfGraph graph, List<Alternative> alternatives, int otherwise) {
        if (alternatives.getFirst().conditions().isEmpty()) {
            return graph.answer(alternatives.getFirst().action());
        }
        if (RangeCode.fits(alternatives)) {
            return RangeCode.compile(graph, alternatives, otherwise);
        }
        int node = otherwise;
        for (int i = alternatives.size() - 1; i >= 0; i--) {
            Alternative alternative = alternatives.get(i);
            int match = graph.answer(alternative.action());
            for (int c = alternative.conditions().size() - 1; c >= 0; c--) {
                match = compile(graph, alternative.conditions().get(c), match, node);
            }
            node = match;
        }
        return node;
    }

    /** A comparison of 64 bits by the two halves, the upper one first. */
    private static int compile(BpfGraph graph, Comparison comparison, int yes, int no) {
        int high = Bpf.high(comparison.index());
        int low = Bpf.low(comparison.index());
        long value = comparison.value();
        int valueHigh = (int) (value >>> 32);
        int valueLow = (int) value;
        return switch (comparison.op()) {
            case EQ -> equal(graph, high, low, value, yes, no);
            case NE -> equal(graph, high, low, value, no, yes);
            case GT -> ordered(graph, Bpf.JUMP_GT, comparison, yes, no);
            case GE -> ordered(graph, Bpf.JUMP_GE, comparison, yes, no);
            case LE -> ordered(graph, Bpf.JUMP_GT, comparison, no, yes);
            case LT -> ordered(graph, Bpf.JUMP_GE, comparison, no, yes);
            case MASKED_EQ -> {
                int second = masked(graph, low, valueLow, (int) comparison.valueTwo(), yes, no);
                yield masked(graph, high, valueHigh, (int) (comparison.valueTwo() >>> 32), second, no);
            }
        };
    }

    private static int equal(BpfGraph graph, int high, int low, long value, int yes, int no) {
        int second = graph.load(low, graph.branch(Bpf.JUMP_EQ, (int) value, yes, no));
        return graph.load(high, graph.branch(Bpf.JUMP_EQ, (int) (value >>> 32), second, no));
    }

    private static int ordered(BpfGraph graph, int jump, Comparison comparison, int yes, int no) {
        int upper = (int) (comparison.value() >>> 32);
        int low = graph.load(Bpf.low(comparison.index()), graph.branch(jump, (int) comparison.value(), yes, no));
        int same = graph.branch(Bpf.JUMP_EQ, upper, low, no);
        return graph.load(Bpf.high(comparison.index()), graph.branch(Bpf.JUMP_GT, upper, yes, same));
    }

    private static int masked(BpfGraph graph, int offset, int mask, int value, int yes, int no) {
        if (mask == 0) {
            return value == 0 ? yes : no;
        }
        return graph.load(offset, graph.and(mask, graph.branch(Bpf.JUMP_EQ, value, yes, no)));
    }
}

package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.CallRules.Alternative;
import boxwright.isolation.seccomp.Comparison.Op;
import java.util.Arrays;
import java.util.List;

/**
 * The most frequent kind of conditions: one argument, compared with many values ("these address families of
 * {@code socket}"). The argument's 64 bits are cut into segments, and the segment is found by binary search, first by the
 * upper half and then by the lower.
 */
final class RangeCode {
    private RangeCode() {}

    /** Whether all alternatives compare the same single argument, and none by a mask. */
    static boolean fits(List<Alternative> alternatives) {
        int index = alternatives.getFirst().conditions().getFirst().index();
        for (Alternative alternative : alternatives) {
            Comparison first = alternative.conditions().getFirst();
            if (alternative.conditions().size() > 1 || first.index() != index || first.op() == Op.MASKED_EQ) {
                return false;
            }
        }
        return alternatives.size() > 1;
    }

    static int compile(BpfGraph graph, List<Alternative> alternatives, int otherwise) {
        long[] starts = starts(alternatives);
        int[] nodes = new int[starts.length];
        Arrays.fill(nodes, otherwise);
        for (Alternative alternative : alternatives) {
            paint(starts, nodes, alternative.conditions().getFirst(), graph.answer(alternative.action()));
        }
        int index = alternatives.getFirst().conditions().getFirst().index();
        return graph.load(Bpf.high(index), upperHalf(graph, starts, nodes, Bpf.low(index)));
    }

    /** Where an answer can change: at each value, and after it. */
    private static long[] starts(List<Alternative> alternatives) {
        long[] starts = new long[1 + 2 * alternatives.size()];
        int count = 1;
        for (Alternative alternative : alternatives) {
            long value = alternative.conditions().getFirst().value();
            starts[count++] = value;
            starts[count++] = value + 1; // After the largest comes 0, which is a start already.
        }
        int distinct = 1;
        for (int i = 1; i < count; i++) {
            distinct = insert(starts, distinct, starts[i]);
        }
        return Arrays.copyOf(starts, distinct);
    }

    /** Into its place among the first ones, which are sorted as unsigned numbers; see {@link NumberRules} on sorting. */
    private static int insert(long[] starts, int count, long start) {
        int place = count;
        while (place > 0 && Long.compareUnsigned(starts[place - 1], start) > 0) {
            place--;
        }
        if (place > 0 && starts[place - 1] == start) {
            return count;
        }
        System.arraycopy(starts, place, starts, place + 1, count - place);
        starts[place] = start;
        return count + 1;
    }

    /** Leads the segments whose values fulfil the comparison to a node. */
    private static void paint(long[] starts, int[] nodes, Comparison comparison, int node) {
        long value = comparison.value();
        switch (comparison.op()) {
            case EQ -> paint(starts, nodes, value, value, node);
            case LE -> paint(starts, nodes, 0, value, node);
            case GE -> paint(starts, nodes, value, -1, node);
            case LT -> paintBelow(starts, nodes, value, node);
            case GT -> paintAbove(starts, nodes, value, node);
            default -> {
                paintBelow(starts, nodes, value, node);
                paintAbove(starts, nodes, value, node);
            }
        }
    }

    private static void paintBelow(long[] starts, int[] nodes, long value, int node) {
        if (value != 0) {
            paint(starts, nodes, 0, value - 1, node);
        }
    }

    private static void paintAbove(long[] starts, int[] nodes, long value, int node) {
        if (value != -1) {
            paint(starts, nodes, value + 1, -1, node);
        }
    }

    /** From the segment that starts at {@code from} to the one that {@code to} lies in. */
    private static void paint(long[] starts, int[] nodes, long from, long to, int node) {
        int first = 0;
        for (int end = starts.length; end - first > 1; ) {
            int middle = (first + end) >>> 1;
            if (Long.compareUnsigned(starts[middle], from) <= 0) {
                first = middle;
            } else {
                end = middle;
            }
        }
        for (int i = first; i < starts.length && Long.compareUnsigned(starts[i], to) <= 0; i++) {
            nodes[i] = node;
        }
    }

    private static int upperHalf(BpfGraph graph, long[] starts, int[] nodes, int low) {
        int[] upperStarts = new int[2 * starts.length];
        int[] upperNodes = new int[2 * starts.length];
        int count = 0;
        for (int i = 0; i < starts.length; ) {
            int upper = (int) (starts[i] >>> 32);
            int end = i;
            while (end < starts.length && (int) (starts[end] >>> 32) == upper) {
                end++;
            }
            upperStarts[count] = upper;
            upperNodes[count++] = lowerHalf(graph, starts, nodes, i, end, low);
            boolean gap = end == starts.length ? upper != -1 : (int) (starts[end] >>> 32) != upper + 1;
            if (gap) {
                upperStarts[count] = upper + 1;
                upperNodes[count++] = nodes[end - 1];
            }
            i = end;
        }
        return graph.search(upperStarts, upperNodes, count);
    }

    /** The segments from {@code from} to {@code to}, which have the upper half in common. */
    private static int lowerHalf(BpfGraph graph, long[] starts, int[] nodes, int from, int to, int low) {
        int[] lowerStarts = new int[to - from + 1];
        int[] lowerNodes = new int[to - from + 1];
        int count = 0;
        if ((int) starts[from] != 0) {
            lowerNodes[count++] = nodes[from - 1]; // What began below this upper half goes on.
        }
        for (int i = from; i < to; i++) {
            lowerStarts[count] = (int) starts[i];
            lowerNodes[count++] = nodes[i];
        }
        int search = graph.search(lowerStarts, lowerNodes, count);
        return isAnswer(graph, search) ? search : graph.load(low, search);
    }

    /** Where every value of the lower half gets the same, it need not be looked at. */
    private static boolean isAnswer(BpfGraph graph, int node) {
        return graph.code(node) == Bpf.RETURN;
    }
}

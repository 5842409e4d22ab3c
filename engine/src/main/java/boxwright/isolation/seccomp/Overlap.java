package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.Comparison.Op;
import java.util.List;

/** Whether there are arguments that fulfil two lists of conditions at once. Exact, one argument after the other. */
final class Overlap {
    private Overlap() {}

    static boolean exists(List<Comparison> one, List<Comparison> other) {
        for (int index = 0; index < 6; index++) {
            if (!new Candidates(index, one, other).exist()) {
                return false;
            }
        }
        return true;
    }

    /** The values of one argument: between two bounds, with some bits fixed, and not among those excluded. */
    private static final class Candidates {
        private final int index;
        private final List<Comparison> one;
        private final List<Comparison> other;
        private long least = 0;
        private long most = -1;
        private long mask = 0;
        private long bits = 0;
        private boolean possible = true;

        Candidates(int index, List<Comparison> one, List<Comparison> other) {
            this.index = index;
            this.one = one;
            this.other = other;
            one.forEach(this::restrict);
            other.forEach(this::restrict);
        }

        private void restrict(Comparison comparison) {
            if (comparison.index() != index) {
                return;
            }
            long value = comparison.value();
            switch (comparison.op()) {
                case EQ -> {
                    atLeast(value);
                    atMost(value);
                }
                case GE -> atLeast(value);
                case LE -> atMost(value);
                case GT -> {
                    possible &= value != -1;
                    atLeast(value + 1);
                }
                case LT -> {
                    possible &= value != 0;
                    atMost(value - 1);
                }
                case MASKED_EQ -> {
                    long both = mask & value;
                    possible &= (bits & both) == (comparison.valueTwo() & both);
                    possible &= (comparison.valueTwo() & ~value) == 0;
                    mask |= value;
                    bits |= comparison.valueTwo();
                }
                case NE -> {
                    // Looked at once the candidates are known.
                }
            }
        }

        private void atLeast(long value) {
            least = Long.compareUnsigned(value, least) > 0 ? value : least;
        }

        private void atMost(long value) {
            most = Long.compareUnsigned(value, most) < 0 ? value : most;
        }

        boolean exist() {
            long candidate = least;
            while (possible) {
                candidate = next(candidate);
                if (Long.compareUnsigned(candidate, least) < 0 || Long.compareUnsigned(candidate, most) > 0) {
                    return false;
                }
                if (!isExcluded(one, candidate) && !isExcluded(other, candidate)) {
                    return true;
                }
                possible = candidate != -1;
                candidate++;
            }
            return false;
        }

        private boolean isExcluded(List<Comparison> conditions, long candidate) {
            for (Comparison comparison : conditions) {
                if (comparison.index() == index && comparison.op() == Op.NE && comparison.value() == candidate) {
                    return true;
                }
            }
            return false;
        }

        /** The smallest value from there on that has the fixed bits; something below {@code from} where there is none. */
        private long next(long from) {
            long wrong = (from ^ bits) & mask;
            if (wrong == 0) {
                return from;
            }
            // Above the highest wrong bit all may stay; below, the free bits start again at 0.
            long top = Long.highestOneBit(wrong);
            long below = top - 1 | top;
            if ((bits & top) != 0) {
                return from & ~below | bits & below;
            }
            // A bit has to become 0: the value can only grow by a carry into a free bit that is 0, above.
            long free = ~mask & ~from & ~below;
            if (free == 0) {
                return 0;
            }
            long carry = Long.lowestOneBit(free);
            long lower = carry - 1;
            return from & ~lower & ~carry | carry | bits & lower;
        }
    }
}

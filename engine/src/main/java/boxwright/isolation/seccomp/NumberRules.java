package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.CallRules.Alternative;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of a profile by the numbers of one {@link Abi}, in ascending order. A set of bits keeps the order: the JDK's
 * sorting of numbers would cost a cold JVM 15 ms, for the method handles in it.
 */
final class NumberRules {
    private final Abi abi;
    private final List<String> overruled;
    private final BitSet numbers = new BitSet(512);
    private final Map<Integer, List<Alternative>> rules = new HashMap<>(1024);

    /** The rules about that ABI; {@code overruled} takes notes of what has no effect, see {@link CallRules#merged}. */
    NumberRules(List<Rule> profile, Abi abi, List<String> overruled) {
        this.abi = abi;
        this.overruled = overruled;
        for (Rule rule : profile) {
            List<Alternative> alternatives = CallRules.of(rule);
            for (String name : rule.names()) {
                add(name, alternatives);
            }
        }
        if (abi == Abi.X86) {
            Multiplexed.add(profile, this);
        }
    }

    /** Adds what a rule says about the call of that name, if the ABI has it. */
    void add(String name, List<Alternative> alternatives) {
        int number = SystemCallTable.number(name, abi);
        if (number == -1) {
            return;
        }
        number -= abi.base();
        rules.put(
                number,
                numbers.get(number) ? CallRules.merged(name, of(number), alternatives, overruled) : alternatives);
        numbers.set(number);
    }

    /** Whether a rule is about the call of that name. */
    boolean has(String name) {
        int number = SystemCallTable.number(name, abi);
        return number != -1 && numbers.get(number - abi.base());
    }

    /** The next number with rules, from there on; -1 at the end. */
    int next(int from) {
        return numbers.nextSetBit(from);
    }

    /** The largest number with rules below that limit; -1 for none. */
    int last(int limit) {
        return numbers.previousSetBit(limit - 1);
    }

    /** The rules of a number that has some. */
    List<Alternative> of(int number) {
        List<Alternative> found = rules.get(number);
        if (found == null) {
            throw new IllegalArgumentException("no rules for the call " + number);
        }
        return found;
    }
}

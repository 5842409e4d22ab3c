package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.CallRules.Alternative;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of a profile by the numbers of one {@link Abi}, in ascending order. A set of bits keeps the order: the JDK's
 * sorting of numbers would cost a cold JVM 15 ms, for the method handles in it.
 */
final class NumberRules {
    /** Above all numbers that the kernel has given so far, but those of {@link #farRules}. */
    private static final int NEAR = 4096;

    private final Abi abi;
    private final List<String> overruled;
    private final List<String> absent = new ArrayList<>();
    private final BitSet numbers = new BitSet(1024);
    /** By number; nobody asks for the ones in between. */
    private final List<List<Alternative>> rules = new ArrayList<>(1024);
    /** Those of 32-bit ARM's private calls, whose numbers are far above. */
    private final Map<Integer, List<Alternative>> farRules = new HashMap<>();

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
            absent.add(name);
            return;
        }
        number -= abi.base();
        put(number, numbers.get(number) ? CallRules.merged(name, of(number), alternatives, overruled) : alternatives);
        numbers.set(number);
    }

    private void put(int number, List<Alternative> alternatives) {
        if (number >= NEAR) {
            farRules.put(number, alternatives);
            return;
        }
        while (rules.size() <= number) {
            rules.add(List.of());
        }
        rules.set(number, alternatives);
    }

    /** Names in the profile that the ABI has no call for. */
    List<String> absent() {
        return absent;
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
        List<Alternative> found = number >= NEAR
                ? farRules.getOrDefault(number, List.of())
                : number < rules.size() ? rules.get(number) : List.of();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no rules for the call " + number);
        }
        return found;
    }
}

package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.CallRules.Alternative;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of a profile by the numbers of one {@link Abi}, in ascending order, which they keep by lying in a list at
 * their numbers: the JDK's sorting of numbers would cost a cold JVM 15 ms, for the method handles in it.
 */
final class NumberRules {
    /** The first of the private calls of 32-bit ARM, far above all others: in the list they lie right behind them. */
    private static final int PRIVATE = 0x0f0000;

    /** More than the kernel has given numbers so far. */
    private static final int FIRST_PRIVATE = 1024;

    private final Abi abi;
    private final List<String> overruled;
    private final List<String> absent = new ArrayList<>();
    /** By the place of a number; empty where it has no rules. */
    private final List<List<Alternative>> rules = new ArrayList<>(FIRST_PRIVATE);

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
        int place = place(number - abi.base());
        while (rules.size() <= place) {
            rules.add(List.of());
        }
        List<Alternative> earlier = rules.get(place);
        rules.set(place, earlier.isEmpty() ? alternatives : CallRules.merged(name, earlier, alternatives, overruled));
    }

    private static int place(int number) {
        if (number >= FIRST_PRIVATE && number < PRIVATE) {
            throw new IllegalArgumentException("the kernel has given more numbers than there are places: " + number);
        }
        return number < PRIVATE ? number : number - PRIVATE + FIRST_PRIVATE;
    }

    private static int number(int place) {
        return place < FIRST_PRIVATE ? place : place - FIRST_PRIVATE + PRIVATE;
    }

    /** Names in the profile that the ABI has no call for. */
    List<String> absent() {
        return absent;
    }

    /** Whether a rule is about the call of that name. */
    boolean has(String name) {
        int number = SystemCallTable.number(name, abi);
        return number != -1 && !at(place(number - abi.base())).isEmpty();
    }

    private List<Alternative> at(int place) {
        return place < rules.size() ? rules.get(place) : List.of();
    }

    /** The next number with rules, from there on; -1 at the end. */
    int next(int from) {
        for (int place = from < PRIVATE ? from : place(from); place < rules.size(); place++) {
            if (!rules.get(place).isEmpty()) {
                return number(place);
            }
        }
        return -1;
    }

    /** The largest number with rules that is no private call; -1 for none. */
    int last() {
        for (int place = Math.min(rules.size(), FIRST_PRIVATE) - 1; place >= 0; place--) {
            if (!rules.get(place).isEmpty()) {
                return place;
            }
        }
        return -1;
    }

    /** The rules of a number that has some. */
    List<Alternative> of(int number) {
        List<Alternative> found = at(place(number));
        if (found.isEmpty()) {
            throw new IllegalArgumentException("no rules for the call " + number);
        }
        return found;
    }
}

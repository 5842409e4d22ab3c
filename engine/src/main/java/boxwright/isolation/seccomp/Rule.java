package boxwright.isolation.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * System calls that get an answer of their own.
 *
 * @param names as the man pages write them; what a kernel does not have is left out
 * @param action the answer
 * @param conditions all of which must hold; but where one argument is compared twice, each stands for itself, as in runc
 */
public record Rule(List<String> names, Action action, List<Comparison> conditions) {
    public Rule {
        names = List.copyOf(names);
        conditions = List.copyOf(conditions);
        if (names.isEmpty()) {
            throw new SeccompException("a rule without names of system calls");
        }
    }

    /** A rule whatever the arguments are. */
    static Rule of(Action action, List<String> names) {
        return new Rule(names, action, List.of());
    }

    /** The alternatives, in each of which all comparisons must hold. */
    List<List<Comparison>> alternatives() {
        int seen = 0;
        boolean twice = false;
        for (Comparison condition : conditions) {
            twice |= (seen & 1 << condition.index()) != 0;
            seen |= 1 << condition.index();
        }
        if (!twice) {
            return List.of(conditions);
        }
        List<List<Comparison>> alternatives = new ArrayList<>();
        for (Comparison condition : conditions) {
            alternatives.add(List.of(condition));
        }
        return alternatives;
    }

    /** Whether it is about a call with these arguments, given that it names the call. */
    public boolean matches(long[] arguments) {
        for (List<Comparison> alternative : alternatives()) {
            boolean all = true;
            for (Comparison condition : alternative) {
                all &= condition.matches(arguments[condition.index()]);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }
}

package boxwright.isolation.seccomp;

import boxwright.kernel.Architecture;
import boxwright.kernel.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A profile read as it is written, rule by rule: what the compiled program must agree with. */
final class NaiveFilter {
    private final Profile profile;
    private final Map<Abi, Map<Integer, List<Rule>>> rules = new HashMap<>();
    private final Map<Abi, Integer> last = new HashMap<>();

    NaiveFilter(Profile profile, Architecture architecture) {
        this.profile = profile;
        List<Abi> abis = architecture == Architecture.X86_64
                ? List.of(Abi.X86_64, Abi.X86, Abi.X32)
                : List.of(Abi.AARCH64, Abi.ARM);
        for (Abi abi : abis) {
            if (abi == abis.getFirst() || profile.abis().contains(abi)) {
                rules.put(abi, byNumber(abi));
            }
        }
    }

    private Map<Integer, List<Rule>> byNumber(Abi abi) {
        Map<Integer, List<Rule>> byNumber = new HashMap<>();
        int largest = -1;
        for (Rule rule : profile.rules()) {
            for (String name : rule.names()) {
                int number = SystemCallTable.number(name, abi);
                if (number >= 0) {
                    byNumber.computeIfAbsent(number, _ -> new ArrayList<>()).add(rule);
                    largest = (number & ~Abi.X32_BIT) < 0xf0000 ? Math.max(largest, number) : largest;
                }
            }
        }
        last.put(abi, largest);
        return byNumber;
    }

    int answer(int auditArch, int number, long[] arguments) {
        return action(auditArch, number, arguments).returnValue();
    }

    private Action action(int auditArch, int number, long[] arguments) {
        boolean x32 = Integer.compareUnsigned(number, Abi.X32_BIT) >= 0;
        @Nullable Abi abi = null;
        for (Abi candidate : Abi.values()) {
            if (candidate.auditArch() == auditArch && (candidate == Abi.X32) == (x32 && auditArch == 0xc000003e)) {
                abi = candidate;
            }
        }
        if (abi == Abi.X32 && !rules.containsKey(Abi.X32) && number == -1) {
            abi = Abi.X86_64;
        }
        if (abi == null || !rules.containsKey(abi)) {
            return Action.KILL_PROCESS;
        }
        for (Rule rule : rules.get(abi).getOrDefault(number, List.of())) {
            if (rule.conditions().isEmpty()) {
                return rule.action(); // The first one without conditions outweighs all others.
            }
        }
        for (Rule rule : rules.get(abi).getOrDefault(number, List.of())) {
            if (rule.matches(arguments)) {
                return rule.action();
            }
        }
        boolean listed = rules.get(abi).containsKey(number);
        int largest = last.getOrDefault(abi, -1);
        boolean newer = !listed && largest >= 0 && Integer.compareUnsigned(number, largest) > 0;
        return switch (profile.defaultAction().kind()) {
            case ALLOW, LOG, TRACE -> profile.defaultAction();
            default -> newer ? Action.errno(Errno.ENOSYS) : profile.defaultAction();
        };
    }
}

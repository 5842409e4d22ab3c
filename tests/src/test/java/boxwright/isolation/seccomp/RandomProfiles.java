package boxwright.isolation.seccomp;

import boxwright.isolation.seccomp.Comparison.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Profiles that nobody would write, from a seed. */
final class RandomProfiles {
    private static final List<Op> OPERATORS = List.of(Op.values());

    private final Random random;
    private final List<String> names = SystemCallTable.names().stream()
            .filter(name -> !name.equals("arm_sync_file_range")) // another name of sync_file_range2
            .sorted()
            .toList();

    RandomProfiles(long seed) {
        random = new Random(seed);
    }

    /** Values where halves, signs and carries change. */
    static final long[] EDGES = {
        0,
        1,
        2,
        0x7fffffffL,
        0x80000000L,
        0xfffffffeL,
        0xffffffffL,
        0x100000000L,
        0x100000001L,
        0x1fffffffffL,
        0x7fffffffffffffffL,
        0x8000000000000000L,
        0xffffffff00000000L,
        0xffffffff00000001L,
        -2,
        -1
    };

    Profile next() {
        List<Rule> rules = new ArrayList<>();
        Map<String, Action> actions = new HashMap<>();
        int count = random.nextInt(60);
        for (int i = 0; i < count; i++) {
            List<Comparison> conditions = new ArrayList<>();
            for (int c = random.nextInt(4); c > 0; c--) {
                conditions.add(comparison());
            }
            Action fresh = action();
            List<String> chosen = new ArrayList<>();
            for (int n = 1 + random.nextInt(10); n > 0; n--) {
                String name = names.get(random.nextInt(names.size()));
                // One action a call, so that rules cannot contradict each other; SeccompCompiler refuses those.
                if (actions.getOrDefault(name, fresh).equals(fresh)) {
                    actions.put(name, fresh);
                    chosen.add(name);
                }
            }
            if (!chosen.isEmpty()) {
                rules.add(new Rule(chosen, fresh, conditions));
            }
        }
        // These two stand for others on i386; here they speak for themselves, elsewhere that is tested by itself.
        rules.add(new Rule(List.of("socketcall", "ipc"), Action.ALLOW, List.of()));
        rules.removeIf(rule -> rule.names().size() > 0
                && !rule.action().equals(Action.ALLOW)
                && (rule.names().contains("socketcall") || rule.names().contains("ipc")));
        List<Abi> abis = new ArrayList<>();
        for (Abi abi : Abi.values()) {
            if (random.nextBoolean()) {
                abis.add(abi);
            }
        }
        return new Profile(action(), abis, 0, "", "", rules);
    }

    Comparison comparison() {
        Op op = OPERATORS.get(random.nextInt(OPERATORS.size()));
        return op == Op.MASKED_EQ
                ? Comparison.masked(random.nextInt(6), value(), value())
                : Comparison.of(random.nextInt(6), op, value());
    }

    private Action action() {
        return switch (random.nextInt(7)) {
            case 0 -> Action.ALLOW;
            case 1 -> Action.KILL_PROCESS;
            case 2 -> new Action(Action.Kind.KILL_THREAD, 0);
            case 3 -> new Action(Action.Kind.TRAP, 0);
            case 4 -> new Action(Action.Kind.TRACE, random.nextInt(0x10000));
            case 5 -> new Action(Action.Kind.LOG, 0);
            default -> Action.errno(random.nextInt(4096));
        };
    }

    /** An edge, something beside one, or anything. */
    long value() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextInt(64);
            default -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(3) - 1;
        };
    }

    long[] arguments() {
        long[] arguments = new long[6];
        for (int i = 0; i < 6; i++) {
            arguments[i] = value();
        }
        return arguments;
    }

    int number() {
        return switch (random.nextInt(8)) {
            case 0 -> random.nextInt();
            case 1 -> Abi.X32_BIT + random.nextInt(600);
            case 2 -> 0xf0000 + random.nextInt(8);
            default -> random.nextInt(600);
        };
    }
}

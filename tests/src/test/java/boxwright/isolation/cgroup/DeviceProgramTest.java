package boxwright.isolation.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Argument;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The compiled list of devices against the list itself, read naively. */
class DeviceProgramTest {
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;

    @Test
    void dockersListAllowsWhatItSays() {
        DeviceMachine machine = machine(DeviceRules.asDockerDoes());

        assertThat(machine.allows(CHARACTER, DeviceRule.READ | DeviceRule.WRITE, 1, 3))
                .as("null")
                .isTrue();
        assertThat(machine.allows(CHARACTER, DeviceRule.READ, 136, 77))
                .as("a terminal")
                .isTrue();
        assertThat(machine.allows(CHARACTER, DeviceRule.READ, 1, 1)).as("mem").isFalse();
        assertThat(machine.allows(BLOCK, DeviceRule.READ, 8, 0)).as("a disk").isFalse();
        assertThat(machine.allows(BLOCK, DeviceRule.MAKE, 8, 0)).as("its node").isTrue();
        assertThat(machine.allows(BLOCK, DeviceRule.READ, 1, 3))
                .as("a block device with the numbers of null")
                .isFalse();
    }

    @Test
    void anEmptyListAllowsNothing() {
        DeviceMachine machine = machine(new DeviceRules(List.of()));

        assertThat(machine.allows(CHARACTER, DeviceRule.READ, 1, 3)).isFalse();
        assertThat(machine.allows(BLOCK, DeviceRule.MAKE, 8, 0)).isFalse();
    }

    @Test
    void thePlanShowsTheListAndNotTheNumbers() {
        Argument.Words program = DeviceProgram.of(new DeviceRules(List.of(DeviceRule.of("c 1:3 rwm"))));

        assertThat(program).hasToString("[13 instructions: c 1:3 rwm]");
    }

    @Test
    void randomListsAreTheSameCompiledAndReadNaively() {
        Random random = new Random(7);
        int allowed = 0;
        int asked = 0;
        for (int i = 0; i < 2000; i++) {
            List<DeviceRule> rules = rules(random);
            DeviceMachine machine = machine(new DeviceRules(rules));
            for (int j = 0; j < 500; j++) {
                int type = 1 + random.nextInt(2);
                int access = 1 + random.nextInt(DeviceRule.ALL);
                // Few numbers, so that questions meet rules; and the largest, for their bits.
                int major = number(random, 4095);
                int minor = number(random, (1 << 20) - 1);
                boolean naive = naive(rules, type, access, major, minor);
                assertThat(machine.allows(type, access, major, minor))
                        .as("%s: type %d, access %d, %d:%d", rules, type, access, major, minor)
                        .isEqualTo(naive);
                allowed += naive ? 1 : 0;
                asked++;
            }
        }
        assertThat(allowed).as("both answers are given often").isBetween(asked / 10, asked * 9 / 10);
    }

    private static List<DeviceRule> rules(Random random) {
        List<DeviceRule> rules = new ArrayList<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            rules.add(new DeviceRule(
                    "abc".charAt(random.nextInt(3)),
                    random.nextInt(4) == 0 ? DeviceRule.ANY : number(random, 4095),
                    random.nextInt(3) == 0 ? DeviceRule.ANY : number(random, (1 << 20) - 1),
                    1 + random.nextInt(DeviceRule.ALL)));
        }
        return rules;
    }

    private static int number(Random random, int largest) {
        return random.nextInt(8) == 0 ? largest : random.nextInt(4);
    }

    private static boolean naive(List<DeviceRule> rules, int type, int access, int major, int minor) {
        for (DeviceRule rule : rules) {
            boolean sameType = rule.type() == 'a' || rule.type() == (type == BLOCK ? 'b' : 'c');
            boolean sameNumbers =
                    (rule.major() < 0 || rule.major() == major) && (rule.minor() < 0 || rule.minor() == minor);
            if (sameType && sameNumbers && (rule.access() & access) == access) {
                return true;
            }
        }
        return false;
    }

    private static DeviceMachine machine(DeviceRules rules) {
        return new DeviceMachine(DeviceProgram.of(rules).values());
    }
}

package boxwright.isolation.cgroup;

import java.util.ArrayList;
import java.util.List;

/**
 * The devices that a container may use; all others are refused. A rule allows what it says by itself: reading by one and
 * writing by another does not add up, unless both are about the same devices.
 */
public record DeviceRules(List<DeviceRule> allowed) {
    /**
     * What Docker allows without {@code --device}: {@code DefaultLinuxSpec} in moby and {@code AllowedDevices} in runc. Any
     * node may be made, as that gives no access.
     */
    private static final DeviceRules DOCKERS = new DeviceRules(List.of(
            new DeviceRule('c', DeviceRule.ANY, DeviceRule.ANY, DeviceRule.MAKE),
            new DeviceRule('b', DeviceRule.ANY, DeviceRule.ANY, DeviceRule.MAKE),
            character(1, 3), // null
            character(1, 5), // zero
            character(1, 7), // full
            character(1, 8), // random
            character(1, 9), // urandom
            character(5, 0), // tty
            character(5, 1), // console
            character(5, 2), // ptmx
            character(136, DeviceRule.ANY))); // pts

    public DeviceRules {
        allowed = List.copyOf(allowed);
    }

    /** What Docker allows without {@code --device}. */
    public static DeviceRules asDockerDoes() {
        return DOCKERS;
    }

    /** These, and some more. */
    public DeviceRules and(List<DeviceRule> more) {
        List<DeviceRule> all = new ArrayList<>(allowed);
        for (DeviceRule rule : more) {
            merge(all, rule);
        }
        return new DeviceRules(all);
    }

    /** As version 1 does with two rules about the same devices. */
    private static void merge(List<DeviceRule> rules, DeviceRule added) {
        for (int i = 0; i < rules.size(); i++) {
            DeviceRule rule = rules.get(i);
            if (rule.isAboutTheSame(added)) {
                rules.set(i, new DeviceRule(rule.type(), rule.major(), rule.minor(), rule.access() | added.access()));
                return;
            }
        }
        rules.add(added);
    }

    private static DeviceRule character(int major, int minor) {
        return new DeviceRule('c', major, minor, DeviceRule.ALL);
    }
}

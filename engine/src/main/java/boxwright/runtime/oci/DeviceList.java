package boxwright.runtime.oci;

import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.runtime.spec.Resources;
import boxwright.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the rules about devices come to when they are applied in their order, config-linux.md "Allowed Device list": first
 * no device is allowed, and each rule changes that. Those that every container has are allowed at the end.
 */
final class DeviceList {
    private DeviceList() {}

    /**
     * The devices that are allowed.
     *
     * @return empty where all are
     */
    static Optional<DeviceRules> of(List<Resources.DeviceRule> rules) {
        boolean all = false;
        List<DeviceRule> allowed = new ArrayList<>();
        for (Resources.DeviceRule rule : rules) {
            if (rule.type().isEmpty() || rule.type().equals("a")) {
                // The kernel does not look at the rest of such a rule either.
                all = rule.allow();
                allowed.clear();
            } else if (all) {
                if (!rule.allow()) {
                    throw new SpecException(
                            "linux.resources.devices: all are allowed, and then one is not; name those that" + " are");
                }
            } else {
                apply(allowed, rule);
            }
        }
        return all
                ? Optional.empty()
                : Optional.of(
                        new DeviceRules(allowed).and(DeviceRules.asDockerDoes().allowed()));
    }

    private static void apply(List<DeviceRule> allowed, Resources.DeviceRule rule) {
        DeviceRule added;
        try {
            added = new DeviceRule(
                    rule.type().charAt(0),
                    number(rule.major().orElse(-1)),
                    number(rule.minor().orElse(-1)),
                    rule.access().isEmpty() ? DeviceRule.ALL : DeviceRule.access(rule.access()));
        } catch (IllegalArgumentException e) {
            throw new SpecException("linux.resources.devices: " + e.getMessage());
        }
        for (int i = 0; i < allowed.size(); i++) {
            DeviceRule before = allowed.get(i);
            if (before.type() == added.type() && before.major() == added.major() && before.minor() == added.minor()) {
                int access = rule.allow() ? before.access() | added.access() : before.access() & ~added.access();
                allowed.remove(i);
                if (access != 0) {
                    allowed.add(i, new DeviceRule(added.type(), added.major(), added.minor(), access));
                }
                return;
            }
        }
        if (rule.allow()) {
            allowed.add(added);
        }
    }

    private static int number(long number) {
        return number < 0 || number > Integer.MAX_VALUE ? DeviceRule.ANY : (int) number;
    }
}

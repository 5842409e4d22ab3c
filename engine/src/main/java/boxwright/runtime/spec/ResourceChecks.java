package boxwright.runtime.spec;

import boxwright.runtime.spec.Resources.Rdma;
import boxwright.runtime.spec.Resources.WeightDevice;
import java.util.Map;

/** What resources must not be, config-linux.md "Control groups". Nothing here looks at the machine. */
final class ResourceChecks {
    private ResourceChecks() {}

    /**
     * Checks resources.
     *
     * @param prefix of the members' names in messages, {@code linux.resources.}
     * @throws SpecException with the first thing that is wrong
     */
    static void check(String prefix, Resources resources) {
        long burst = resources.cpu().burst().orElse(0);
        long quota = resources.cpu().quota().orElse(0);
        if (quota > 0 && Long.compareUnsigned(burst, quota) > 0) {
            throw new SpecException(
                    prefix + "cpu.burst: " + Long.toUnsignedString(burst) + " is more than the quota, " + quota);
        }
        for (WeightDevice device : resources.blockIo().weightDevice()) {
            if (device.weight().isEmpty() && device.leafWeight().isEmpty()) {
                throw new SpecException(prefix + "blockIO.weightDevice: " + device.major() + ":" + device.minor()
                        + " has neither a weight nor a leafWeight");
            }
        }
        for (Map.Entry<String, Rdma> device : resources.rdma().entrySet()) {
            if (device.getValue().hcaHandles().isEmpty()
                    && device.getValue().hcaObjects().isEmpty()) {
                throw new SpecException(prefix + "rdma: " + device.getKey() + " has neither hcaHandles nor hcaObjects");
            }
        }
    }
}

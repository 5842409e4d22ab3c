package boxwright.engine;

import boxwright.isolation.CgroupView;
import boxwright.isolation.ResourceLimits;
import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much of the machine a container may use, in the words of docker-run(1).
 *
 * @param memory of memory and swap
 * @param processors of time and place
 * @param pids how many processes and threads; -1 for as many as there may be
 * @param ioWeight 10 to 1000
 * @param devices of the host, which are made in its {@code /dev}
 * @param deviceRules further devices that it may use
 * @param ulimits what each of its processes may use by itself
 * @param oomScoreAdjustment -1000 to 1000
 * @param sharedMemory the size of {@code /dev/shm}, in bytes
 * @param cgroupParent the group to make its groups in, a path from the root of the hierarchies
 * @param view what it sees of the cgroups
 */
public record LimitRequest(
        MemoryRequest memory,
        ProcessorRequest processors,
        OptionalLong pids,
        OptionalInt ioWeight,
        List<DeviceRequest> devices,
        List<DeviceRule> deviceRules,
        List<ResourceLimits.Limit> ulimits,
        OptionalInt oomScoreAdjustment,
        OptionalLong sharedMemory,
        Optional<String> cgroupParent,
        CgroupView view) {
    public LimitRequest {
        devices = List.copyOf(devices);
        deviceRules = List.copyOf(deviceRules);
        ulimits = List.copyOf(ulimits);
        if (ioWeight.isPresent() && (ioWeight.getAsInt() < 10 || ioWeight.getAsInt() > 1000)) {
            throw new EngineException("range of blkio weight is from 10 to 1000, and not " + ioWeight.getAsInt());
        }
        if (oomScoreAdjustment.isPresent()
                && (oomScoreAdjustment.getAsInt() < -1000 || oomScoreAdjustment.getAsInt() > 1000)) {
            throw new EngineException(
                    "invalid value " + oomScoreAdjustment.getAsInt() + ", range for oom score adj is [-1000, 1000]");
        }
        if (cgroupParent.isPresent() && List.of(cgroupParent.get().split("/")).contains("..")) {
            throw new EngineException("--cgroup-parent " + cgroupParent.get()
                    + ": a path from the root of the cgroups has no \"..\" in it");
        }
    }

    /** No limit. */
    public static LimitRequest none() {
        return new LimitRequest(
                MemoryRequest.FREE,
                ProcessorRequest.FREE,
                OptionalLong.empty(),
                OptionalInt.empty(),
                List.of(),
                List.of(),
                List.of(),
                OptionalInt.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                CgroupView.PRIVATE);
    }

    /** The flags that cannot be had without a controller. */
    List<String> flags(Controller controller) {
        return switch (controller) {
            case MEMORY -> memory.flags();
            case PIDS -> pids.isPresent() ? List.of("--pids-limit") : List.of();
            case CPU -> processors.timeFlags();
            case CPUSET -> processors.placeFlags();
            case IO -> ioWeight.isPresent() ? List.of("--blkio-weight") : List.of();
            case DEVICES -> deviceFlags();
            case FREEZER -> List.of();
        };
    }

    /** Without a list a device may be used by whoever its node lets, so a plain --device is as good as with one. */
    private List<String> deviceFlags() {
        List<String> flags = new ArrayList<>();
        if (devices.stream().anyMatch(device -> device.access() != DeviceRule.ALL)) {
            flags.add("--device");
        }
        if (!deviceRules.isEmpty()) {
            flags.add("--device-cgroup-rule");
        }
        return flags;
    }
}

package boxwright.runtime.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much of the machine a container may use: {@code linux.resources} of config-linux.md, and the whole of
 * {@code update --resources FILE}. What is not given is not changed.
 *
 * @param devices rules in order, from all allowed; {@code devices} of cgroups(7)
 * @param memory bytes
 * @param cpu time and processors
 * @param pids at most so many processes; 0 or less for no limit
 * @param blockIo disks
 * @param hugepageLimits huge pages
 * @param network marks of packets
 * @param rdma by device
 * @param unified files of cgroup v2 and what is written to them
 */
public record Resources(
        List<DeviceRule> devices,
        Memory memory,
        Cpu cpu,
        OptionalLong pids,
        BlockIo blockIo,
        List<HugepageLimit> hugepageLimits,
        Network network,
        Map<String, Rdma> rdma,
        Map<String, String> unified) {
    public Resources {
        devices = List.copyOf(devices);
        hugepageLimits = List.copyOf(hugepageLimits);
        rdma = Collections.unmodifiableMap(new LinkedHashMap<>(rdma));
        unified = Collections.unmodifiableMap(new LinkedHashMap<>(unified));
    }

    /** Nothing is limited. */
    public static Resources none() {
        return new Resources(
                List.of(),
                Memory.none(),
                Cpu.none(),
                OptionalLong.empty(),
                BlockIo.none(),
                List.of(),
                Network.none(),
                Map.of(),
                Map.of());
    }

    /**
     * A rule about device files.
     *
     * @param type {@code a}, {@code c} or {@code b}
     * @param major empty for all
     * @param minor empty for all
     * @param access of {@code r}, {@code w}, {@code m}
     */
    public record DeviceRule(boolean allow, String type, OptionalLong major, OptionalLong minor, String access) {}

    /**
     * Memory, in bytes; -1 is no limit.
     *
     * @param swap memory and swap together
     * @param kernel ignored by kernels since 5.4
     * @param swappiness 0 to 100
     */
    public record Memory(
            OptionalLong limit,
            OptionalLong reservation,
            OptionalLong swap,
            OptionalLong kernel,
            OptionalLong kernelTcp,
            OptionalLong swappiness,
            Optional<Boolean> disableOomKiller,
            Optional<Boolean> useHierarchy,
            boolean checkBeforeUpdate) {
        /** Nothing is given. */
        public static Memory none() {
            OptionalLong empty = OptionalLong.empty();
            return new Memory(empty, empty, empty, empty, empty, empty, Optional.empty(), Optional.empty(), false);
        }
    }

    /**
     * Processors. Times are microseconds.
     *
     * @param cpus a list such as {@code 0-3,7}; empty for not given
     * @param mems memory nodes, as a list
     * @param idle 1 for {@code SCHED_IDLE}
     */
    public record Cpu(
            OptionalLong shares,
            OptionalLong quota,
            OptionalLong burst,
            OptionalLong period,
            OptionalLong realtimeRuntime,
            OptionalLong realtimePeriod,
            String cpus,
            String mems,
            OptionalLong idle) {
        /** Nothing is given. */
        public static Cpu none() {
            OptionalLong empty = OptionalLong.empty();
            return new Cpu(empty, empty, empty, empty, empty, empty, "", "", empty);
        }
    }

    /** Disks: weights, and rates in bytes or operations a second. */
    public record BlockIo(
            OptionalInt weight,
            OptionalInt leafWeight,
            List<WeightDevice> weightDevice,
            List<ThrottleDevice> throttleReadBpsDevice,
            List<ThrottleDevice> throttleWriteBpsDevice,
            List<ThrottleDevice> throttleReadIopsDevice,
            List<ThrottleDevice> throttleWriteIopsDevice) {
        public BlockIo {
            weightDevice = List.copyOf(weightDevice);
            throttleReadBpsDevice = List.copyOf(throttleReadBpsDevice);
            throttleWriteBpsDevice = List.copyOf(throttleWriteBpsDevice);
            throttleReadIopsDevice = List.copyOf(throttleReadIopsDevice);
            throttleWriteIopsDevice = List.copyOf(throttleWriteIopsDevice);
        }

        /** Nothing is given. */
        public static BlockIo none() {
            return new BlockIo(
                    OptionalInt.empty(), OptionalInt.empty(), List.of(), List.of(), List.of(), List.of(), List.of());
        }
    }

    /** The weight of one disk. */
    public record WeightDevice(long major, long minor, OptionalInt weight, OptionalInt leafWeight) {}

    /** The rate of one disk. */
    public record ThrottleDevice(long major, long minor, long rate) {}

    /**
     * Huge pages.
     *
     * @param pageSize {@code 2MB}
     * @param limit bytes, unsigned
     */
    public record HugepageLimit(String pageSize, long limit) {}

    /** Marks of packets, for {@code net_cls} and {@code net_prio} of cgroup v1. */
    public record Network(OptionalLong classId, Map<String, Long> priorities) {
        public Network {
            priorities = Collections.unmodifiableMap(new LinkedHashMap<>(priorities));
        }

        /** Nothing is given. */
        public static Network none() {
            return new Network(OptionalLong.empty(), Map.of());
        }
    }

    /** Handles and objects of one RDMA device. */
    public record Rdma(OptionalLong hcaHandles, OptionalLong hcaObjects) {}
}

package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Setting;
import boxwright.runtime.spec.Resources;
import boxwright.runtime.spec.Resources.HugepageLimit;
import boxwright.runtime.spec.Resources.Rdma;
import boxwright.runtime.spec.Resources.ThrottleDevice;
import boxwright.runtime.spec.SpecException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the resources of a container come to as files of cgroups, by the controller that has the file.
 *
 * <p>Config-linux.md "Control groups"; Documentation/admin-guide/cgroup-v1/ and cgroup-v2.rst. Numbers of version 1 become
 * those of version 2 as runc converts them.
 */
final class ResourceSettings {
    private final Map<String, List<Setting>> settings = new LinkedHashMap<>();

    private ResourceSettings() {}

    /** The files of version 1, by controllers named as there. */
    static Map<String, List<Setting>> ofFirstVersion(Resources resources) {
        ResourceSettings all = new ResourceSettings();
        all.memory1(resources.memory());
        all.cpu1(resources.cpu());
        all.blkio1(resources.blockIo());
        all.common(resources, "limit_in_bytes");
        resources
                .network()
                .classId()
                .ifPresent(id -> all.add("net_cls", "net_cls.classid", Long.toString(id), "its packets' class"));
        resources
                .network()
                .priorities()
                .forEach((device, priority) ->
                        all.add("net_prio", "net_prio.ifpriomap", device + " " + priority, "its packets' priority"));
        if (!resources.unified().isEmpty()) {
            throw new SpecException("linux.resources.unified: this machine has cgroups of version 1");
        }
        return all.settings;
    }

    /**
     * The files of a machine with both versions, by controllers named as where they are: a controller is in one version
     * only.
     *
     * @param second the controllers that version 2 has there
     */
    static Map<String, List<Setting>> ofBothVersions(Resources resources, Collection<String> second) {
        Map<String, List<Setting>> settings = new LinkedHashMap<>(ofFirstVersion(resources));
        for (String controller : second) {
            settings.remove(controller.equals("io") ? "blkio" : controller);
        }
        ResourceSettings others = new ResourceSettings();
        others.second(resources, second);
        settings.putAll(others.settings);
        return settings;
    }

    /** What version 2 has no setting for is refused only where the controller is in version 2. */
    private void second(Resources resources, Collection<String> controllers) {
        if (controllers.contains("memory")) {
            memory2(resources.memory());
        }
        if (controllers.contains("cpu")) {
            cpu2(resources.cpu());
        }
        if (controllers.contains("cpuset")) {
            cpuset(resources.cpu());
        }
        if (controllers.contains("io")) {
            io2(resources.blockIo());
        }
        ResourceSettings common = new ResourceSettings();
        common.common(resources, "max");
        common.settings.keySet().retainAll(controllers);
        settings.putAll(common.settings);
    }

    /** The files of version 2, by controllers named as there. */
    static Map<String, List<Setting>> ofSecondVersion(Resources resources) {
        ResourceSettings all = new ResourceSettings();
        all.second(resources, List.of("memory", "cpu", "cpuset", "io", "pids", "hugetlb", "rdma"));
        if (resources.network().classId().isPresent()
                || !resources.network().priorities().isEmpty()) {
            throw new SpecException("linux.resources.network: cgroups of version 2 have no such setting");
        }
        resources.unified().forEach((file, value) -> {
            int dot = file.indexOf('.');
            if (dot <= 0 || !isName(file)) {
                throw new SpecException("linux.resources.unified: \"" + file + "\" is no file of a cgroup");
            }
            for (String line : value.split("\n")) {
                all.add(file.substring(0, dot), file, line, "as asked for");
            }
        });
        return all.settings;
    }

    private void add(String controller, String file, String value, String because) {
        settings.computeIfAbsent(controller, any -> new ArrayList<>()).add(new Setting(file, value, because));
    }

    private void add(String controller, String file, OptionalLong value, String because) {
        if (value.isPresent()) {
            add(controller, file, Long.toString(value.getAsLong()), because);
        }
    }

    private void addUnsigned(String controller, String file, OptionalLong value, String because) {
        if (value.isPresent() && value.getAsLong() != 0) {
            add(controller, file, Long.toUnsignedString(value.getAsLong()), because);
        }
    }

    private static String orMax(long value) {
        return value < 0 ? "max" : Long.toString(value);
    }

    private void memory1(Resources.Memory memory) {
        OptionalLong swap = memory.swap();
        if (memory.limit().orElse(0) != 0) {
            add("memory", "memory.limit_in_bytes", memory.limit(), "bytes of memory at the most");
        }
        if (swap.orElse(0) != 0) {
            // It can never be less than the limit of memory alone, so it comes after.
            add("memory", "memory.memsw.limit_in_bytes", swap, "bytes of memory and swap together");
        }
        if (memory.reservation().orElse(0) != 0) {
            add("memory", "memory.soft_limit_in_bytes", memory.reservation(), "down to this when memory is short");
        }
        if (memory.kernelTcp().orElse(0) != 0) {
            add("memory", "memory.kmem.tcp.limit_in_bytes", memory.kernelTcp(), "bytes of buffers at the most");
        }
        add("memory", "memory.swappiness", memory.swappiness(), "how soon its memory goes to swap");
        if (memory.disableOomKiller().orElse(false)) {
            add("memory", "memory.oom_control", "1", "who has no memory left waits, and is not killed");
        }
    }

    private void memory2(Resources.Memory memory) {
        if (memory.swappiness().isPresent()) {
            throw new SpecException("linux.resources.memory.swappiness: cgroups of version 2 have no such setting");
        }
        if (memory.disableOomKiller().orElse(false)) {
            throw new SpecException(
                    "linux.resources.memory.disableOOMKiller: cgroups of version 2 have no such setting");
        }
        long limit = memory.limit().orElse(0);
        if (limit != 0) {
            add("memory", "memory.max", orMax(limit), "bytes of memory at the most");
        }
        long both = memory.swap().orElse(0);
        if (both == 0 && limit < 0) {
            both = limit; // As with runc: no limit of memory is none of swap, unless another is named.
        }
        if (both > 0 && limit <= 0) {
            throw new SpecException(
                    "linux.resources.memory.swap: it is memory and swap together; in version 2 of cgroups"
                            + " swap is counted alone, so it needs a limit of memory too");
        }
        if (both > 0 && both < limit) {
            throw new SpecException("linux.resources.memory.swap: it is memory and swap together, and less than limit");
        }
        if (both != 0) {
            add("memory", "memory.swap.max", orMax(both < 0 ? both : both - limit), "bytes of swap at the most");
        }
        long reservation = memory.reservation().orElse(0);
        if (reservation != 0) {
            add("memory", "memory.low", orMax(reservation), "bytes that are left to it when memory is short");
        }
    }

    private void cpu1(Resources.Cpu cpu) {
        addUnsigned("cpu", "cpu.shares", cpu.shares(), "its weight where processors are short; others have 1024");
        addUnsigned("cpu", "cpu.cfs_period_us", cpu.period(), "the period that the quota is of");
        if (cpu.quota().orElse(0) != 0) {
            add("cpu", "cpu.cfs_quota_us", cpu.quota(), "microseconds in each period");
        }
        addUnsigned("cpu", "cpu.cfs_burst_us", cpu.burst(), "what it may save for later");
        addUnsigned("cpu", "cpu.rt_period_us", cpu.realtimePeriod(), "the period of real-time tasks");
        if (cpu.realtimeRuntime().orElse(0) != 0) {
            add("cpu", "cpu.rt_runtime_us", cpu.realtimeRuntime(), "microseconds of real-time tasks in each period");
        }
        add("cpu", "cpu.idle", cpu.idle(), "runs when nobody else wants to");
        cpuset(cpu);
    }

    private void cpu2(Resources.Cpu cpu) {
        if (cpu.realtimePeriod().orElse(0) != 0 || cpu.realtimeRuntime().orElse(0) != 0) {
            throw new SpecException("linux.resources.cpu.realtime…: cgroups of version 2 have no such setting");
        }
        if (cpu.shares().orElse(0) != 0) {
            add("cpu", "cpu.weight", Long.toString(weight(cpu.shares().getAsLong())), "its weight; others have 100");
        }
        if (cpu.quota().orElse(0) != 0 || cpu.period().orElse(0) != 0) {
            long quota = cpu.quota().orElse(0);
            String period = cpu.period().orElse(0) == 0
                    ? ""
                    : " " + Long.toUnsignedString(cpu.period().getAsLong());
            add("cpu", "cpu.max", (quota > 0 ? Long.toString(quota) : "max") + period, "microseconds in each period");
        }
        addUnsigned("cpu", "cpu.max.burst", cpu.burst(), "what it may save for later");
        add("cpu", "cpu.idle", cpu.idle(), "runs when nobody else wants to");
    }

    private void cpuset(Resources.Cpu cpu) {
        if (!cpu.cpus().isEmpty()) {
            add("cpuset", "cpuset.cpus", cpu.cpus(), "the processors that it runs on");
        }
        if (!cpu.mems().isEmpty()) {
            add("cpuset", "cpuset.mems", cpu.mems(), "the nodes of memory that it has");
        }
    }

    /**
     * 2 to 262144 with a usual 1024 become 1 to 10000 with a usual 100: the parabola through these three points, on
     * logarithmic scales; {@code ConvertCPUSharesToCgroupV2Value} in opencontainers/cgroups.
     */
    private static long weight(long shares) {
        if (shares <= 2) {
            return 1;
        }
        if (shares >= 262_144) {
            return 10_000;
        }
        double binary = Math.log((double) shares) / Math.log(2);
        double exponent = (binary * binary + 125 * binary) / 612 - 7.0 / 34;
        return (long) Math.ceil(Math.pow(10, exponent) - 1e-9);
    }

    private void blkio1(Resources.BlockIo io) {
        weight("blkio", "blkio.weight", io.weight());
        weight("blkio", "blkio.leaf_weight", io.leafWeight());
        for (Resources.WeightDevice device : io.weightDevice()) {
            String number = device.major() + ":" + device.minor() + " ";
            if (device.weight().isPresent()) {
                add("blkio", "blkio.weight_device", number + device.weight().getAsInt(), "its weight at this disk");
            }
            if (device.leafWeight().isPresent()) {
                add(
                        "blkio",
                        "blkio.leaf_weight_device",
                        number + device.leafWeight().getAsInt(),
                        "and against its own");
            }
        }
        throttle("blkio.throttle.read_bps_device", io.throttleReadBpsDevice());
        throttle("blkio.throttle.write_bps_device", io.throttleWriteBpsDevice());
        throttle("blkio.throttle.read_iops_device", io.throttleReadIopsDevice());
        throttle("blkio.throttle.write_iops_device", io.throttleWriteIopsDevice());
    }

    private void weight(String controller, String file, OptionalInt weight) {
        if (weight.orElse(0) != 0) {
            add(controller, file, Integer.toString(weight.getAsInt()), "its weight where a disk is busy");
        }
    }

    private void throttle(String file, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            add(
                    "blkio",
                    file,
                    device.major() + ":" + device.minor() + " " + Long.toUnsignedString(device.rate()),
                    "a second");
        }
    }

    private void io2(Resources.BlockIo io) {
        if (io.leafWeight().orElse(0) != 0) {
            throw new SpecException("linux.resources.blockIO.leafWeight: cgroups of version 2 have no such setting");
        }
        if (io.weight().orElse(0) != 0) {
            long weight = 1 + (io.weight().getAsInt() - 10) * 9999L / 990;
            add("io", "io.weight", Long.toString(weight), "its weight where a disk is busy; others have 100");
        }
        for (Resources.WeightDevice device : io.weightDevice()) {
            long weight = 1 + (device.weight().orElse(10) - 10) * 9999L / 990;
            add("io", "io.weight", device.major() + ":" + device.minor() + " " + weight, "its weight at this disk");
        }
        max("rbps", io.throttleReadBpsDevice());
        max("wbps", io.throttleWriteBpsDevice());
        max("riops", io.throttleReadIopsDevice());
        max("wiops", io.throttleWriteIopsDevice());
    }

    private void max(String key, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            String value =
                    device.major() + ":" + device.minor() + " " + key + "=" + Long.toUnsignedString(device.rate());
            add("io", "io.max", value, "a second");
        }
    }

    /** Whether it can be in the name of one file. */
    private static boolean isName(String text) {
        return text.indexOf('/') < 0 && text.indexOf('\0') < 0;
    }

    private void common(Resources resources, String suffix) {
        if (resources.pids().orElse(0) != 0) {
            add("pids", "pids.max", orMax(resources.pids().getAsLong()), "processes and threads at the most");
        }
        for (HugepageLimit limit : resources.hugepageLimits()) {
            if (!isName(limit.pageSize())) {
                throw new SpecException("linux.resources.hugepageLimits: \"" + limit.pageSize()
                        + "\" is no size of a page such as 2MB");
            }
            String file = "hugetlb." + limit.pageSize() + "." + suffix;
            add("hugetlb", file, Long.toUnsignedString(limit.limit()), "bytes of huge pages at the most");
        }
        for (Map.Entry<String, Rdma> entry : resources.rdma().entrySet()) {
            StringBuilder text = new StringBuilder(entry.getKey());
            entry.getValue()
                    .hcaHandles()
                    .ifPresent(handles -> text.append(" hca_handle=").append(handles));
            entry.getValue()
                    .hcaObjects()
                    .ifPresent(objects -> text.append(" hca_object=").append(objects));
            add("rdma", "rdma.max", text.toString(), "of this device");
        }
    }
}

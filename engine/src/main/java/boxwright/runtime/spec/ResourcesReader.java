package boxwright.runtime.spec;

import boxwright.runtime.spec.Resources.BlockIo;
import boxwright.runtime.spec.Resources.Cpu;
import boxwright.runtime.spec.Resources.DeviceRule;
import boxwright.runtime.spec.Resources.HugepageLimit;
import boxwright.runtime.spec.Resources.Memory;
import boxwright.runtime.spec.Resources.Network;
import boxwright.runtime.spec.Resources.Rdma;
import boxwright.runtime.spec.Resources.ThrottleDevice;
import boxwright.runtime.spec.Resources.WeightDevice;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code resources}. */
final class ResourcesReader {
    private ResourcesReader() {}

    static Resources resources(Json json) throws IOException {
        List<DeviceRule> devices = List.of();
        Memory memory = Memory.none();
        Cpu cpu = Cpu.none();
        OptionalLong pids = OptionalLong.empty();
        BlockIo blockIo = BlockIo.none();
        List<HugepageLimit> hugepages = List.of();
        Network network = Network.none();
        Map<String, Rdma> rdma = Map.of();
        Map<String, String> unified = Map.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "devices" -> devices = json.list(ResourcesReader::deviceRule);
                case "memory" -> memory = memory(json);
                case "cpu" -> cpu = cpu(json);
                case "pids" -> pids = pids(json);
                case "blockIO" -> blockIo = blockIo(json);
                case "hugepageLimits" -> hugepages = json.list(ResourcesReader::hugepageLimit);
                case "network" -> network = network(json);
                case "rdma" -> rdma = json.map(ResourcesReader::rdma);
                case "unified" -> unified = json.map(Json::string);
                default -> json.skip();
            }
        }
        return new Resources(devices, memory, cpu, pids, blockIo, hugepages, network, rdma, unified);
    }

    private static DeviceRule deviceRule(Json json) throws IOException {
        boolean allow = false;
        String type = "a";
        OptionalLong major = OptionalLong.empty();
        OptionalLong minor = OptionalLong.empty();
        String access = "";
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "allow" -> allow = json.bool();
                case "type" -> type = json.string();
                case "major" -> major = json.optionalInt64();
                case "minor" -> minor = json.optionalInt64();
                case "access" -> access = json.string();
                default -> json.skip();
            }
        }
        return new DeviceRule(allow, type, major, minor, access);
    }

    private static Memory memory(Json json) throws IOException {
        OptionalLong limit = OptionalLong.empty();
        OptionalLong reservation = OptionalLong.empty();
        OptionalLong swap = OptionalLong.empty();
        OptionalLong kernel = OptionalLong.empty();
        OptionalLong kernelTcp = OptionalLong.empty();
        OptionalLong swappiness = OptionalLong.empty();
        Optional<Boolean> disableOomKiller = Optional.empty();
        Optional<Boolean> useHierarchy = Optional.empty();
        boolean check = false;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "limit" -> limit = json.optionalInt64();
                case "reservation" -> reservation = json.optionalInt64();
                case "swap" -> swap = json.optionalInt64();
                case "kernel" -> kernel = json.optionalInt64();
                case "kernelTCP" -> kernelTcp = json.optionalInt64();
                case "swappiness" -> swappiness = json.optionalUint64();
                case "disableOOMKiller" -> disableOomKiller = Optional.of(json.bool());
                case "useHierarchy" -> useHierarchy = Optional.of(json.bool());
                case "checkBeforeUpdate" -> check = json.bool();
                default -> json.skip();
            }
        }
        return new Memory(
                limit, reservation, swap, kernel, kernelTcp, swappiness, disableOomKiller, useHierarchy, check);
    }

    private static Cpu cpu(Json json) throws IOException {
        OptionalLong shares = OptionalLong.empty();
        OptionalLong quota = OptionalLong.empty();
        OptionalLong burst = OptionalLong.empty();
        OptionalLong period = OptionalLong.empty();
        OptionalLong realtimeRuntime = OptionalLong.empty();
        OptionalLong realtimePeriod = OptionalLong.empty();
        String cpus = "";
        String mems = "";
        OptionalLong idle = OptionalLong.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "shares" -> shares = json.optionalUint64();
                case "quota" -> quota = json.optionalInt64();
                case "burst" -> burst = json.optionalUint64();
                case "period" -> period = json.optionalUint64();
                case "realtimeRuntime" -> realtimeRuntime = json.optionalInt64();
                case "realtimePeriod" -> realtimePeriod = json.optionalUint64();
                case "cpus" -> cpus = json.string();
                case "mems" -> mems = json.string();
                case "idle" -> idle = json.optionalInt64();
                default -> json.skip();
            }
        }
        return new Cpu(shares, quota, burst, period, realtimeRuntime, realtimePeriod, cpus, mems, idle);
    }

    private static OptionalLong pids(Json json) throws IOException {
        OptionalLong limit = OptionalLong.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "limit" -> limit = json.optionalInt64();
                default -> json.skip();
            }
        }
        return limit;
    }

    private static BlockIo blockIo(Json json) throws IOException {
        OptionalInt weight = OptionalInt.empty();
        OptionalInt leafWeight = OptionalInt.empty();
        List<WeightDevice> weights = List.of();
        List<ThrottleDevice> readBps = List.of();
        List<ThrottleDevice> writeBps = List.of();
        List<ThrottleDevice> readIops = List.of();
        List<ThrottleDevice> writeIops = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "weight" -> weight = json.optionalUint16();
                case "leafWeight" -> leafWeight = json.optionalUint16();
                case "weightDevice" -> weights = json.list(ResourcesReader::weightDevice);
                case "throttleReadBpsDevice" -> readBps = json.list(ResourcesReader::throttleDevice);
                case "throttleWriteBpsDevice" -> writeBps = json.list(ResourcesReader::throttleDevice);
                case "throttleReadIOPSDevice" -> readIops = json.list(ResourcesReader::throttleDevice);
                case "throttleWriteIOPSDevice" -> writeIops = json.list(ResourcesReader::throttleDevice);
                default -> json.skip();
            }
        }
        return new BlockIo(weight, leafWeight, weights, readBps, writeBps, readIops, writeIops);
    }

    private static WeightDevice weightDevice(Json json) throws IOException {
        long major = 0;
        long minor = 0;
        OptionalInt weight = OptionalInt.empty();
        OptionalInt leafWeight = OptionalInt.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "major" -> major = json.int64();
                case "minor" -> minor = json.int64();
                case "weight" -> weight = json.optionalUint16();
                case "leafWeight" -> leafWeight = json.optionalUint16();
                default -> json.skip();
            }
        }
        return new WeightDevice(major, minor, weight, leafWeight);
    }

    private static ThrottleDevice throttleDevice(Json json) throws IOException {
        long major = 0;
        long minor = 0;
        long rate = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "major" -> major = json.int64();
                case "minor" -> minor = json.int64();
                case "rate" -> rate = json.uint64();
                default -> json.skip();
            }
        }
        return new ThrottleDevice(major, minor, rate);
    }

    private static HugepageLimit hugepageLimit(Json json) throws IOException {
        String pageSize = "";
        long limit = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "pageSize" -> pageSize = json.string();
                case "limit" -> limit = json.uint64();
                default -> json.skip();
            }
        }
        return new HugepageLimit(pageSize, limit);
    }

    private static Network network(Json json) throws IOException {
        OptionalLong classId = OptionalLong.empty();
        Map<String, Long> priorities = new LinkedHashMap<>();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "classID" -> classId = OptionalLong.of(json.uint32());
                case "priorities" ->
                    json.list(ResourcesReader::priority)
                            .forEach(entry -> priorities.put(entry.getKey(), entry.getValue()));
                default -> json.skip();
            }
        }
        return new Network(classId, priorities);
    }

    private static Map.Entry<String, Long> priority(Json json) throws IOException {
        String name = "";
        long priority = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "name" -> name = json.string();
                case "priority" -> priority = json.uint32();
                default -> json.skip();
            }
        }
        return Map.entry(name, priority);
    }

    private static Rdma rdma(Json json) throws IOException {
        OptionalLong handles = OptionalLong.empty();
        OptionalLong objects = OptionalLong.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "hcaHandles" -> handles = OptionalLong.of(json.uint32());
                case "hcaObjects" -> objects = OptionalLong.of(json.uint32());
                default -> json.skip();
            }
        }
        return new Rdma(handles, objects);
    }
}

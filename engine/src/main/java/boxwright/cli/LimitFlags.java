package boxwright.cli;

import boxwright.engine.DeviceRequest;
import boxwright.engine.LimitRequest;
import boxwright.engine.MemoryRequest;
import boxwright.engine.ProcessorRequest;
import boxwright.engine.Ulimits;
import boxwright.isolation.CgroupView;
import boxwright.isolation.ResourceLimits;
import boxwright.isolation.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The flags of {@code boxwright run} that are about how much of the machine a container may use. As in Docker, 0 is as if
 * the flag were not there.
 */
final class LimitFlags {
    private final Flag<Optional<Long>> memory;
    private final Flag<Optional<Long>> memorySwap;
    private final Flag<Optional<Long>> memoryReservation;
    private final Flag<Optional<Long>> memorySwappiness;
    private final Flag<Optional<Long>> pidsLimit;
    private final Flag<Optional<Long>> cpus;
    private final Flag<Optional<Long>> cpuShares;
    private final Flag<Optional<Long>> cpuQuota;
    private final Flag<Optional<Long>> cpuPeriod;
    private final Flag<Optional<String>> cpusetCpus;
    private final Flag<Optional<String>> cpusetMems;
    private final Flag<Optional<Long>> blkioWeight;
    private final Flag<List<DeviceRequest>> devices;
    private final Flag<List<DeviceRule>> deviceRules;
    private final Flag<Optional<String>> cgroupParent;
    private final Flag<Optional<CgroupView>> cgroupNamespace;
    private final Flag<List<ResourceLimits.Limit>> ulimits;
    private final Flag<Optional<Long>> oomScoreAdjustment;
    private final Flag<Optional<Long>> sharedMemory;

    LimitFlags(Syntax syntax) {
        memory = syntax.value("-m, --memory", "bytes", "Memory limit", Amounts::bytes);
        memorySwap = syntax.value(
                "--memory-swap",
                "bytes",
                "Swap limit equal to memory plus swap: -1 to enable unlimited swap",
                text -> text.equals("-1") ? -1 : Amounts.bytes(text));
        memoryReservation = syntax.value("--memory-reservation", "bytes", "Memory soft limit", Amounts::bytes);
        memorySwappiness = syntax.value(
                "--memory-swappiness", "int", "Tune container memory swappiness (0 to 100)", Amounts::whole);
        pidsLimit =
                syntax.value("--pids-limit", "int", "Tune container pids limit (set -1 for unlimited)", Amounts::whole);
        cpus = syntax.value("--cpus", "decimal", "Number of CPUs", Amounts::billionths);
        cpuShares = syntax.value("-c, --cpu-shares", "int", "CPU shares (relative weight)", Amounts::whole);
        cpuQuota =
                syntax.value("--cpu-quota", "int", "Limit CPU CFS (Completely Fair Scheduler) quota", Amounts::whole);
        cpuPeriod =
                syntax.value("--cpu-period", "int", "Limit CPU CFS (Completely Fair Scheduler) period", Amounts::whole);
        cpusetCpus =
                syntax.value("--cpuset-cpus", "string", "CPUs in which to allow execution (0-3, 0,1)", String::strip);
        cpusetMems =
                syntax.value("--cpuset-mems", "string", "MEMs in which to allow execution (0-3, 0,1)", String::strip);
        blkioWeight = syntax.value(
                "--blkio-weight",
                "uint16",
                "Block IO (relative weight), between 10 and 1000, or 0 to disable",
                Amounts::whole);
        devices = syntax.list("--device", "list", "Add a host device to the container", DeviceRequest::of);
        deviceRules = syntax.list(
                "--device-cgroup-rule", "list", "Add a rule to the cgroup allowed devices list", DeviceRule::of);
        cgroupParent =
                syntax.value("--cgroup-parent", "string", "Optional parent cgroup for the container", text -> text);
        cgroupNamespace = syntax.value(
                "--cgroupns", "string", "Cgroup namespace to use: host or private (default private)", LimitFlags::view);
        ulimits = syntax.list("--ulimit", "ulimit", "Ulimit options (NAME=SOFT[:HARD])", Ulimits::parse);
        oomScoreAdjustment =
                syntax.value("--oom-score-adj", "int", "Tune host's OOM preferences (-1000 to 1000)", Amounts::whole);
        sharedMemory = syntax.value("--shm-size", "bytes", "Size of /dev/shm", Amounts::bytes);
    }

    LimitRequest request(Words words) {
        return new LimitRequest(
                new MemoryRequest(
                        number(words, memory),
                        number(words, memorySwap),
                        number(words, memoryReservation),
                        small(words.get(memorySwappiness).filter(value -> value != -1))),
                new ProcessorRequest(
                        number(words, cpus),
                        number(words, cpuShares),
                        number(words, cpuQuota),
                        number(words, cpuPeriod),
                        words.get(cpusetCpus).orElse(""),
                        words.get(cpusetMems).orElse("")),
                pids(words),
                small(words.get(blkioWeight).filter(value -> value != 0)),
                words.get(devices),
                words.get(deviceRules),
                lastOfEach(words.get(ulimits)),
                small(words.get(oomScoreAdjustment)),
                number(words, sharedMemory),
                words.get(cgroupParent),
                words.get(cgroupNamespace).orElse(CgroupView.PRIVATE));
    }

    /** Less than nothing is no limit, and so is nothing. */
    private OptionalLong pids(Words words) {
        OptionalLong asked = number(words, pidsLimit);
        return asked.isPresent() && asked.getAsLong() < 0 ? OptionalLong.empty() : asked;
    }

    private static OptionalLong number(Words words, Flag<Optional<Long>> flag) {
        Optional<Long> value = words.get(flag);
        return value.isPresent() && value.get() != 0 ? OptionalLong.of(value.get()) : OptionalLong.empty();
    }

    /** A number that is checked against a small range later. */
    private static OptionalInt small(Optional<Long> value) {
        return value.isPresent()
                ? OptionalInt.of(Math.clamp(value.get(), Integer.MIN_VALUE, Integer.MAX_VALUE))
                : OptionalInt.empty();
    }

    private static List<ResourceLimits.Limit> lastOfEach(List<ResourceLimits.Limit> all) {
        List<ResourceLimits.Limit> last = new ArrayList<>();
        for (ResourceLimits.Limit limit : all) {
            last.removeIf(earlier -> earlier.resource() == limit.resource());
            last.add(limit);
        }
        return last;
    }

    private static CgroupView view(String word) {
        return switch (word) {
            case "private" -> CgroupView.PRIVATE;
            case "host" -> CgroupView.HOST;
            default -> throw new IllegalArgumentException("must be one of private, host");
        };
    }
}

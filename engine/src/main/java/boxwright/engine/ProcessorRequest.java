package boxwright.engine;

import boxwright.isolation.cgroup.Limits;
import boxwright.isolation.cgroup.NumberList;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The processors of a container; moby's {@code verifyPlatformContainerResources} has the rules.
 *
 * @param billionths {@code --cpus}: of a processor's time
 * @param shares {@code --cpu-shares}: the weight against others, who have 1024
 * @param quota {@code --cpu-quota}: microseconds in each period; negative for no limit
 * @param period {@code --cpu-period}: in microseconds
 * @param processors {@code --cpuset-cpus}: by number, {@code 0-2,4}; empty for all
 * @param nodes {@code --cpuset-mems}: nodes of memory; empty for all
 */
public record ProcessorRequest(
        OptionalLong billionths,
        OptionalLong shares,
        OptionalLong quota,
        OptionalLong period,
        String processors,
        String nodes) {
    /** No limit. */
    public static final ProcessorRequest FREE = new ProcessorRequest(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "", "");

    private static final long BILLION = 1_000_000_000;
    private static final long USUAL_PERIOD = 100_000;

    public ProcessorRequest {
        if (billionths.isPresent() && (quota.isPresent() || period.isPresent())) {
            throw new EngineException("conflicting options: --cpus says the same as "
                    + (quota.isPresent() ? "--cpu-quota" : "--cpu-period") + ". Leave one out");
        }
        if (shares.isPresent() && shares.getAsLong() < 2) {
            throw new EngineException("invalid CPU shares (" + shares.getAsLong()
                    + "): they go from 2 to 262144, and 1024 is what others have (--cpu-shares)");
        }
        if (period.isPresent() && (period.getAsLong() < 1000 || period.getAsLong() > 1_000_000)) {
            throw new EngineException("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s"
                    + " (i.e. 1000000) (--cpu-period)");
        }
        if (quota.isPresent() && quota.getAsLong() >= 0 && quota.getAsLong() < 1000) {
            throw new EngineException("CPU cfs quota can not be less than 1ms (i.e. 1000) (--cpu-quota)");
        }
        list("--cpuset-cpus", processors);
        list("--cpuset-mems", nodes);
    }

    private static void list(String flag, String text) {
        if (!text.isEmpty()) {
            try {
                NumberList.of(text);
            } catch (IllegalArgumentException e) {
                throw new EngineException("invalid value for " + flag + ": " + e.getMessage());
            }
        }
    }

    List<String> timeFlags() {
        List<String> flags = new ArrayList<>();
        add(flags, "--cpus", billionths);
        add(flags, "--cpu-shares", shares);
        add(flags, "--cpu-quota", quota);
        add(flags, "--cpu-period", period);
        return flags;
    }

    private static void add(List<String> flags, String flag, OptionalLong value) {
        if (value.isPresent()) {
            flags.add(flag);
        }
    }

    List<String> placeFlags() {
        List<String> flags = new ArrayList<>();
        if (!processors.isEmpty()) {
            flags.add("--cpuset-cpus");
        }
        if (!nodes.isEmpty()) {
            flags.add("--cpuset-mems");
        }
        return flags;
    }

    /** As limits; the processors of this machine are counted where it is asked for some of them. */
    Limits.Cpu limits() {
        if (billionths.isEmpty()) {
            return new Limits.Cpu(shares, quota, period, processors, nodes);
        }
        int there = Runtime.getRuntime().availableProcessors();
        long asked = billionths.getAsLong();
        // A hundredth of a processor is 1 ms of the usual period: the kernel takes no shorter quota.
        if (asked < BILLION / 100 || asked > there * BILLION) {
            throw new EngineException("range of CPUs is from 0.01 to " + there + ".00, as there are only " + there
                    + " CPUs available (--cpus)");
        }
        OptionalLong share = OptionalLong.of(asked * USUAL_PERIOD / BILLION);
        return new Limits.Cpu(shares, share, OptionalLong.of(USUAL_PERIOD), processors, nodes);
    }
}

package boxwright.isolation.cgroup;

import java.util.ArrayList;
import java.util.List;

/** Version 2: Documentation/admin-guide/cgroup-v2.rst. The numbers are converted as runc converts them. */
record SecondVersion() implements LimitFiles {
    private static final String MAX = "max";

    @Override
    public List<Setting> memory(Limits.Memory limits) {
        List<Setting> settings = new ArrayList<>();
        if (limits.swappiness().isPresent()) {
            throw new IllegalArgumentException("the swappiness of a group: cgroup v2 has no such setting");
        }
        limits.limit()
                .ifPresent(bytes -> settings.add(
                        new Setting("memory.max", number(bytes), ByteSize.words(bytes) + " of memory at the most")));
        limits.withSwap().ifPresent(bytes -> {
            // Version 1 counts both together, version 2 swap alone.
            long swap = bytes < 0 ? bytes : bytes - limits.limit().orElse(0);
            settings.add(new Setting("memory.swap.max", number(swap), ByteSize.words(swap) + " of swap at the most"));
        });
        limits.reservation()
                .ifPresent(bytes -> settings.add(new Setting(
                        "memory.low", number(bytes), ByteSize.words(bytes) + " are left to it when memory is short")));
        return settings;
    }

    @Override
    public List<Setting> cpu(Limits.Cpu limits) {
        List<Setting> settings = new ArrayList<>();
        limits.shares()
                .ifPresent(shares -> settings.add(new Setting(
                        "cpu.weight",
                        Long.toString(weight(shares)),
                        "its weight where processors are short; others have 100")));
        if (limits.quota().isPresent() || limits.period().isPresent()) {
            long quota = limits.quota().orElse(-1);
            String period = limits.period().isPresent() ? " " + limits.period().getAsLong() : "";
            settings.add(new Setting("cpu.max", number(quota) + period, LimitFiles.processors(quota, limits.period())));
        }
        return settings;
    }

    @Override
    public Setting io(int weight, boolean bfq) {
        String because = "its weight where a disk is busy; others have 100";
        // BFQ takes the same 1 to 1000 in both versions; io.cost has 1 to 10000.
        return bfq
                ? new Setting("io.bfq.weight", Integer.toString(weight), because)
                : new Setting("io.weight", Long.toString(1 + (weight - 10) * 9999L / 990), because);
    }

    private static String number(long value) {
        return value < 0 ? MAX : Long.toString(value);
    }

    /**
     * 2 to 262144 with a usual 1024 become 1 to 10000 with a usual 100: the parabola through these three points, on
     * logarithmic scales; {@code ConvertCPUSharesToCgroupV2Value} in opencontainers/cgroups.
     */
    static long weight(long shares) {
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
}

package boxwright.isolation.cgroup;

import java.util.ArrayList;
import java.util.List;

/** Version 1: Documentation/admin-guide/cgroup-v1/. */
record FirstVersion() implements LimitFiles {
    static final String MEMORY_AND_SWAP = "memory.memsw.limit_in_bytes";

    @Override
    public List<Setting> memory(Limits.Memory limits) {
        List<Setting> settings = new ArrayList<>();
        limits.limit()
                .ifPresent(bytes -> settings.add(new Setting(
                        "memory.limit_in_bytes",
                        Long.toString(bytes),
                        ByteSize.words(bytes) + " of memory at the most")));
        // It can never be less than the limit of memory alone, so it comes after.
        limits.withSwap()
                .ifPresent(bytes -> settings.add(new Setting(
                        MEMORY_AND_SWAP,
                        Long.toString(bytes),
                        ByteSize.words(bytes) + " of memory and swap together")));
        limits.reservation()
                .ifPresent(bytes -> settings.add(new Setting(
                        "memory.soft_limit_in_bytes",
                        Long.toString(bytes),
                        "down to " + ByteSize.words(bytes) + " when memory is short")));
        limits.swappiness()
                .ifPresent(value -> settings.add(
                        new Setting("memory.swappiness", Integer.toString(value), "how soon its memory goes to swap")));
        return settings;
    }

    @Override
    public List<Setting> cpu(Limits.Cpu limits) {
        List<Setting> settings = new ArrayList<>();
        limits.shares()
                .ifPresent(shares -> settings.add(new Setting(
                        "cpu.shares",
                        Long.toString(shares),
                        "its weight where processors are short; others have 1024")));
        limits.period()
                .ifPresent(period -> settings.add(
                        new Setting("cpu.cfs_period_us", Long.toString(period), "the period that the quota is of")));
        limits.quota()
                .ifPresent(quota -> settings.add(new Setting(
                        "cpu.cfs_quota_us", Long.toString(quota), LimitFiles.processors(quota, limits.period()))));
        return settings;
    }

    @Override
    public Setting io(int weight, boolean bfq) {
        return new Setting(
                bfq ? "blkio.bfq.weight" : "blkio.weight", Integer.toString(weight), "its weight where a disk is busy");
    }
}

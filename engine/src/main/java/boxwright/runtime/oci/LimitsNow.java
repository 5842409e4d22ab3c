package boxwright.runtime.oci;

import boxwright.runtime.spec.Resources;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The limits that a container has now, in version 2 of cgroups, for an update that names one half of a pair. There two numbers
 * of config-linux.md are in one file, or are counted otherwise: quota and period are both in {@code cpu.max}, and
 * {@code memory.swap.max} is swap alone, where the specification has memory and swap together.
 *
 * @param group the container's
 */
record LimitsNow(Path group) {
    private static final long NONE = -1;

    /** The resources that were asked for, with the other half of each pair. */
    Resources complete(Resources asked) {
        return new Resources(
                asked.devices(),
                memory(asked.memory()),
                cpu(asked.cpu()),
                asked.pids(),
                asked.blockIo(),
                asked.hugepageLimits(),
                asked.network(),
                asked.rdma(),
                asked.unified());
    }

    private Resources.Cpu cpu(Resources.Cpu asked) {
        String[] now = text("cpu.max").split(" ");
        boolean both = asked.quota().orElse(0) != 0 || asked.period().orElse(0) == 0;
        if (both || now.length < 2) {
            return asked;
        }
        return new Resources.Cpu(
                asked.shares(),
                OptionalLong.of(number(now[0])),
                asked.burst(),
                asked.period(),
                asked.realtimeRuntime(),
                asked.realtimePeriod(),
                asked.cpus(),
                asked.mems(),
                asked.idle());
    }

    private Resources.Memory memory(Resources.Memory asked) {
        long limit = asked.limit().orElse(0);
        long both = asked.swap().orElse(0);
        long limitNow = number(text("memory.max"));
        long swapNow = number(text("memory.swap.max"));
        if (limit == 0 && both > 0) {
            return with(asked, limitNow, both);
        }
        boolean sumStays = limit > 0 && both == 0 && limitNow != NONE && swapNow != NONE;
        if (!sumStays) {
            return asked;
        }
        if (limit > limitNow + swapNow) {
            throw new SpecException("the limit of memory, " + limit
                    + " bytes, is above that of memory and swap together, " + (limitNow + swapNow) + ": change both");
        }
        return with(asked, limit, limitNow + swapNow);
    }

    private static Resources.Memory with(Resources.Memory asked, long limit, long both) {
        return new Resources.Memory(
                OptionalLong.of(limit),
                asked.reservation(),
                OptionalLong.of(both),
                asked.kernel(),
                asked.kernelTcp(),
                asked.swappiness(),
                asked.disableOomKiller(),
                asked.useHierarchy(),
                asked.checkBeforeUpdate());
    }

    /** -1 for {@code max}, and where there is no such file. */
    private static long number(String text) {
        return text.isEmpty() || text.equals("max") ? NONE : Long.parseLong(text);
    }

    private String text(String file) {
        try {
            return Files.readString(group.resolve(file), StandardCharsets.US_ASCII)
                    .strip();
        } catch (IOException e) {
            return ""; // The controller is not switched on, or in version 1.
        }
    }
}

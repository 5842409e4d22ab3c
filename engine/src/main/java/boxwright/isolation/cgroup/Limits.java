package boxwright.isolation.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a container may use of the machine: the {@code linux.resources} of the OCI runtime specification
 * (config-linux.md, "Control groups"), in its units. What is not there is not limited.
 *
 * @param memory of memory and swap
 * @param pids how many processes and threads; -1 for no limit, where a group above has one
 * @param cpu of the processors' time, and which processors
 * @param ioWeight the share of a busy disk, 10 to 1000
 * @param devices those that may be opened and made; empty for all
 * @param pausable whether all its processes can be stopped at once
 */
public record Limits(
        Memory memory,
        OptionalLong pids,
        Cpu cpu,
        OptionalInt ioWeight,
        Optional<DeviceRules> devices,
        boolean pausable) {
    /**
     * Limits of memory, in bytes.
     *
     * @param limit the most; -1 for no limit
     * @param withSwap the most of memory and swap together; -1 for no limit
     * @param reservation what is left to it when memory is short
     * @param swappiness 0 to 100
     */
    public record Memory(OptionalLong limit, OptionalLong withSwap, OptionalLong reservation, OptionalInt swappiness) {
        /** No limit. */
        public static final Memory FREE =
                new Memory(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalInt.empty());

        boolean isFree() {
            return limit.isEmpty() && withSwap.isEmpty() && reservation.isEmpty() && swappiness.isEmpty();
        }
    }

    /**
     * Limits of the processors.
     *
     * @param shares the weight against others, 2 to 262144, as version 1 counts it: 1024 is everybody's
     * @param quota microseconds in each period; -1 for no limit
     * @param period in microseconds; 100 000 where it is not there
     * @param processors by number, {@code 0-2,4}; empty for all
     * @param nodes the nodes of memory; empty for all
     */
    public record Cpu(OptionalLong shares, OptionalLong quota, OptionalLong period, String processors, String nodes) {
        /** No limit. */
        public static final Cpu FREE =
                new Cpu(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), "", "");

        static final long USUAL_PERIOD = 100_000;

        boolean limitsTime() {
            return shares.isPresent() || quota.isPresent() || period.isPresent();
        }

        boolean limitsPlace() {
            return !processors.isEmpty() || !nodes.isEmpty();
        }
    }

    /** No limit. */
    public static Limits none() {
        return new Limits(Memory.FREE, OptionalLong.empty(), Cpu.FREE, OptionalInt.empty(), Optional.empty(), false);
    }

    /** The same with so many bytes of memory, and no swap beside them. */
    public Limits withMemory(long bytes) {
        OptionalLong limit = OptionalLong.of(bytes);
        return withMemory(new Memory(limit, limit, OptionalLong.empty(), OptionalInt.empty()));
    }

    /** The same with these limits of memory. */
    public Limits withMemory(Memory limits) {
        return new Limits(limits, pids, cpu, ioWeight, devices, pausable);
    }

    /** The same with so many processes and threads. */
    public Limits withPids(long number) {
        return new Limits(memory, OptionalLong.of(number), cpu, ioWeight, devices, pausable);
    }

    /** The same with these limits of the processors. */
    public Limits withCpu(Cpu limits) {
        return new Limits(memory, pids, limits, ioWeight, devices, pausable);
    }

    /** The same with that share of a busy disk. */
    public Limits withIoWeight(int weight) {
        return new Limits(memory, pids, cpu, OptionalInt.of(weight), devices, pausable);
    }

    /** The same with these devices and no others. */
    public Limits withDevices(DeviceRules rules) {
        return new Limits(memory, pids, cpu, ioWeight, Optional.of(rules), pausable);
    }

    /** The same for a container that can be paused. */
    public Limits asPausable() {
        return new Limits(memory, pids, cpu, ioWeight, devices, true);
    }

    /** The controllers that are needed for it. */
    public List<Controller> controllers() {
        List<Controller> needed = new ArrayList<>();
        if (!memory.isFree()) {
            needed.add(Controller.MEMORY);
        }
        if (pids.isPresent()) {
            needed.add(Controller.PIDS);
        }
        if (cpu.limitsTime()) {
            needed.add(Controller.CPU);
        }
        if (cpu.limitsPlace()) {
            needed.add(Controller.CPUSET);
        }
        if (ioWeight.isPresent()) {
            needed.add(Controller.IO);
        }
        if (devices.isPresent()) {
            needed.add(Controller.DEVICES);
        }
        if (pausable) {
            needed.add(Controller.FREEZER);
        }
        return needed;
    }
}

package boxwright.engine;

import boxwright.isolation.cgroup.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The memory of a container, in bytes; moby's {@code verifyPlatformContainerResources} has the rules.
 *
 * @param limit {@code --memory}
 * @param withSwap {@code --memory-swap}: memory and swap together; -1 for as much swap as there is
 * @param reservation {@code --memory-reservation}
 * @param swappiness {@code --memory-swappiness}
 */
public record MemoryRequest(
        OptionalLong limit, OptionalLong withSwap, OptionalLong reservation, OptionalInt swappiness) {
    /** No limit. */
    public static final MemoryRequest FREE =
            new MemoryRequest(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalInt.empty());

    /** Docker's: a program hardly starts with less. */
    private static final long LEAST = 6L << 20;

    public MemoryRequest {
        if (limit.isPresent() && limit.getAsLong() < LEAST) {
            throw new EngineException("minimum memory limit allowed is 6 MiB (--memory 6m)");
        }
        if (withSwap.isPresent() && limit.isEmpty()) {
            throw new EngineException("you should always set the memory limit when using the memory-swap limit:"
                    + " --memory-swap is of memory and swap together, so it needs --memory");
        }
        if (withSwap.isPresent() && withSwap.getAsLong() >= 0 && withSwap.getAsLong() < limit.orElse(0)) {
            throw new EngineException("minimum memory-swap limit should be larger than the memory limit:"
                    + " --memory-swap is of memory and swap together");
        }
        if (reservation.isPresent() && reservation.getAsLong() < LEAST) {
            throw new EngineException("minimum memory reservation allowed is 6 MiB (--memory-reservation 6m)");
        }
        if (reservation.isPresent() && limit.isPresent() && limit.getAsLong() < reservation.getAsLong()) {
            throw new EngineException("minimum memory limit can not be less than the memory reservation limit:"
                    + " --memory-reservation is what is left of --memory when the machine is short of it");
        }
        if (swappiness.isPresent() && (swappiness.getAsInt() < 0 || swappiness.getAsInt() > 100)) {
            throw new EngineException("invalid value: " + swappiness.getAsInt()
                    + ", valid memory swappiness range is 0-100 (--memory-swappiness)");
        }
    }

    List<String> flags() {
        List<String> flags = new ArrayList<>();
        if (limit.isPresent()) {
            flags.add("--memory");
        }
        if (withSwap.isPresent()) {
            flags.add("--memory-swap");
        }
        if (reservation.isPresent()) {
            flags.add("--memory-reservation");
        }
        if (swappiness.isPresent()) {
            flags.add("--memory-swappiness");
        }
        return flags;
    }

    /**
     * As limits. Without a word about swap, a container may have as much of it as of memory, where swap is counted.
     *
     * @param swapIsCounted whether the kernel limits swap
     */
    Limits.Memory limits(boolean swapIsCounted) {
        if (withSwap.isPresent() && !swapIsCounted) {
            throw new EngineException(
                    "--memory-swap: this kernel does not count the swap of groups. Boot with swapaccount=1");
        }
        OptionalLong both = withSwap.isEmpty() && limit.isPresent() && swapIsCounted
                ? OptionalLong.of(2 * limit.getAsLong())
                : withSwap;
        return new Limits.Memory(limit, both, reservation, swappiness);
    }
}

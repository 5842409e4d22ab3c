package boxwright.kernel;

/**
 * What the launcher told about one run of a call.
 *
 * @param call the call
 * @param result what the kernel returned; a negated errno for a failure
 * @param startedNanos when it began, nanoseconds of {@code CLOCK_MONOTONIC}; see clock_gettime(2)
 * @param endedNanos when it returned
 */
public record Report(Call call, long result, long startedNanos, long endedNanos) {
    /** The error number, or 0. */
    public int errno() {
        return result < 0 && result >= -4095 ? (int) -result : 0;
    }

    /** Whether the plan went on after it. */
    public boolean tolerated() {
        return errno() == 0 ? !call.positive() || result > 0 : call.tolerated().contains(errno());
    }

    /** How long the call took, in nanoseconds; 0 where it was not timed from its start. */
    public long nanos() {
        return startedNanos == 0 ? 0 : endedNanos - startedNanos;
    }
}

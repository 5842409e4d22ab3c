package boxwright.runtime.oci;

import boxwright.runtime.ProcessStat;
import java.util.Optional;

/**
 * A process, and not another one that got its number later: the number and the moment when it began.
 *
 * @param pid as the runtime's pid namespace has it; 0 for no process
 * @param startTime see {@link ProcessStat}
 */
public record ProcessIdentity(int pid, long startTime) {
    /** No process. */
    public static final ProcessIdentity NONE = new ProcessIdentity(0, 0);

    /** The process that has a number now; empty when none has. */
    public static Optional<ProcessIdentity> of(int pid) {
        return ProcessStat.of(pid).map(stat -> new ProcessIdentity(pid, stat.start()));
    }

    /** Whether it is {@link #NONE}: the equals of a record is made at run time, outside of the AOT cache, in 15 ms. */
    public boolean isNone() {
        return pid == 0;
    }

    /** Whether it is there and has not ended. */
    public boolean isAlive() {
        if (isNone()) {
            return false;
        }
        Optional<ProcessStat> stat = ProcessStat.of(pid);
        return stat.isPresent()
                && stat.get().start() == startTime
                && !stat.get().ended();
    }
}

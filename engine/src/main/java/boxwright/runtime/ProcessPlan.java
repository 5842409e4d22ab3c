package boxwright.runtime;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import java.util.Map;

/** What {@link ContainerProcess} starts: the plan of a process and of its monitor. */
public sealed interface ProcessPlan permits ContainerPlan, JoinPlan {
    /** What runs in the end. */
    Program program();

    /** The list of system calls. */
    Plan plan();

    /** Whether a report is the one whose result is the number of the process that becomes the program. */
    boolean announces(Report report);

    /** Whether the new process waits until it is prepared. */
    default boolean waits() {
        return false;
    }

    /** Does what only somebody outside can do, with the number of the new process. */
    default void prepare(int pid) {}

    /** Opens the descriptors that the lines name, by their numbers in the launcher. */
    default Map<Integer, Descriptor> descriptors() {
        return Map.of();
    }

    /** Removes, from the JVM, all that is there because of the process, which has ended or does so now. */
    default void remove() {}

    /** Whether something that should have been removed is still there. */
    default boolean isLeft() {
        return false;
    }
}

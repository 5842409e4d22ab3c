package boxwright.engine.doctor;

import boxwright.kernel.KernelException;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import java.util.List;

/**
 * Who answers a question to the kernel. The live one is {@link LauncherKernel}; the kernel of a machine that is not here
 * is a function from calls to results.
 */
@FunctionalInterface
public interface Kernel {
    /**
     * Runs a plan to its end.
     *
     * @return what the launcher told: the calls that are marked as reported, and the one that failed, if one did
     * @throws KernelException when no plan can be run at all
     */
    List<Report> ask(Plan plan);
}

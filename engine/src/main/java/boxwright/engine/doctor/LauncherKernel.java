package boxwright.engine.doctor;

import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import java.util.List;

/**
 * The kernel of this machine, asked through a launcher: each question is a process of its own that has ended before the
 * answer is looked at, and so have its namespaces and mounts.
 *
 * @param launcher runs the plans
 */
public record LauncherKernel(Launcher launcher) implements Kernel {
    @Override
    public List<Report> ask(Plan plan) {
        try (Launch launch = launcher.start(plan, "boxwright: doctor")) {
            try {
                launch.awaitStart(report -> {});
            } catch (PlanException _) {
                // The failed call is the last of the reports: the answer, and no failure of ours.
            } finally {
                launch.reap();
            }
            return launch.reports();
        }
    }
}

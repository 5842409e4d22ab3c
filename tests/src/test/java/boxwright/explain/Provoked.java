package boxwright.explain;

import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;

import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanException;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Failures that the kernel really gives, in a mount namespace that ends with them. */
final class Provoked {
    private Provoked() {}

    /** What is said of a child's failure; the child has a private mount namespace of its own. */
    static Diagnosis inPrivateMounts(Consumer<PlanBuilder> child) {
        return inNewNamespaces(CLONE_NEWNS, plan -> {
            plan.mount("none", "/", "", MS_REC | MS_PRIVATE);
            child.accept(plan);
        });
    }

    /** What is said of a child's failure, in new namespaces. */
    static Diagnosis inNewNamespaces(long flags, Consumer<PlanBuilder> child) {
        Slot pid = Slot.of("pid");
        return by(plan -> {
            plan.clone3(flags, Slot.of("pidfd"), inside -> {
                        child.accept(inside);
                        inside.exit_group(0);
                    })
                    .into(pid);
            plan.wait4(pid.value(), Slot.of("status"));
            plan.exit_group(0);
        });
    }

    /** What is said of a plan's failure. */
    static Diagnosis by(Consumer<PlanBuilder> writer) {
        return Diagnosis.of(failure(Plan.of(writer)));
    }

    static PlanException failure(Plan plan) {
        try (Launch launch = new Launcher(Path.of("/tmp")).start(plan, "boxwright: test of the diagnosis")) {
            try {
                launch.awaitStart(report -> {});
            } catch (PlanException e) {
                return e;
            } finally {
                launch.reap();
            }
        }
        throw new AssertionError("the plan was to fail, and did not");
    }
}

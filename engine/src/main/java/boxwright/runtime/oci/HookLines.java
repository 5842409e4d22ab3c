package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Constants.SIGKILL;

import boxwright.kernel.Argument;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.ProcessCalls.PollEntry;
import boxwright.kernel.Slot;
import boxwright.runtime.spec.Configuration.Hook;
import java.util.List;

/**
 * Hooks that run in the container's namespaces, as lines of its first process: a child becomes the hook, and is waited for.
 *
 * @param kind {@code createContainer} or {@code startContainer}
 * @param hooks in order
 * @param state the launcher's descriptor of a file with the state
 */
record HookLines(String kind, List<Hook> hooks, int state) {
    /** A number that no line uses otherwise; see {@link boxwright.kernel.ProcessCalls#requireZero}. */
    private static final int UNUSED = 250;

    void addTo(PlanBuilder plan) {
        for (int i = 0; i < hooks.size(); i++) {
            add(plan, kind + " hook #" + i + " (" + hooks.get(i).path() + ")", hooks.get(i));
        }
    }

    private void add(PlanBuilder plan, String name, Hook hook) {
        Slot pid = Slot.of("hook");
        Slot pidfd = Slot.of("hook_pidfd");
        Slot status = Slot.of("hook_status");
        plan.rewind(fd(state));
        plan.clone3(0, pidfd, child -> {
                    child.parentDeathSignal(SIGKILL).because("a hook does not outlive the container");
                    child.dup3(fd(state), 0, 0).because("a hook reads the state on its standard input");
                    child.closeOnExecFrom(Launcher.REPORT);
                    child.unblockSignals();
                    child.execve(hook.path(), HookRun.argv(hook), hook.env()).because("the " + name);
                })
                .into(pid)
                .because("a process for the " + name);
        if (hook.timeout().isPresent()) {
            plan.ppoll(
                            new PollEntry(new Argument.Place(pidfd), POLLIN),
                            hook.timeout().getAsLong())
                    .positive()
                    .because("the " + name + " ends within its timeout");
        }
        plan.wait4(pid.value(), status);
        plan.requireZero(status, state, UNUSED).because("the " + name + " succeeds");
        plan.close(pidfd.value());
    }
}

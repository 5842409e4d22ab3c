package boxwright.runtime.oci;

import boxwright.kernel.Launcher;
import boxwright.runtime.spec.Configuration.Hook;
import java.util.List;
import java.util.function.Consumer;

/**
 * Runs the hooks that run in the runtime's namespaces: each is a program of the host, with the container's state on its
 * standard input.
 *
 * @param launcher starts them
 */
record HookRun(Launcher launcher) {
    /**
     * Runs hooks one after the other.
     *
     * @param kind their name in the configuration, for messages
     * @param state the JSON that they read
     * @throws OperationException when one fails, ends with another code than 0, or takes too long; the rest are not run
     */
    void run(String kind, List<Hook> hooks, String state) {
        for (int i = 0; i < hooks.size(); i++) {
            run(kind + " hook #" + i + " (" + hooks.get(i).path() + ")", hooks.get(i), state);
        }
    }

    /** Runs them all, whatever they do, and warns of those that fail. */
    void runAll(String kind, List<Hook> hooks, String state, Consumer<String> warnings) {
        for (int i = 0; i < hooks.size(); i++) {
            try {
                run(kind + " hook #" + i + " (" + hooks.get(i).path() + ")", hooks.get(i), state);
            } catch (OperationException e) {
                warnings.accept(String.valueOf(e.getMessage()));
            }
        }
    }

    private void run(String name, Hook hook, String state) {
        new HostProgram(
                        launcher,
                        name,
                        plan -> plan.execve(hook.path(), argv(hook), hook.env()).because("the hook"))
                .run(state, hook.timeout());
    }

    static List<String> argv(Hook hook) {
        return hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
    }
}

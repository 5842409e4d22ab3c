package boxwright.runtime.oci;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.io.IOException;
import java.util.Optional;

/**
 * Sends signals to a container, runtime.md "Kill". It waits for no other command: who wants to end a container that hangs
 * must not hang with it.
 *
 * @param root where the state is
 */
public record Kill(StateRoot root) {
    /**
     * Sends a signal.
     *
     * @param all whether every process of the container gets it, not only the first one
     * @throws OperationException "container not running", where it is so
     */
    public void kill(String id, int signal, boolean all) throws IOException {
        ContainerDirectory directory = root.open(id);
        ContainerState state = Containers.state(directory);
        if (state.status() == Status.STOPPED && !all) {
            throw notRunning();
        }
        Cgroups cgroups = Cgroups.of(state.record());
        if (all) {
            cgroups.signal(signal);
            return;
        }
        if (!signal(state.record(), signal)) {
            throw notRunning();
        }
        if (signal == Constants.SIGKILL) {
            // In version 1 a frozen process ends once it is thawed.
            cgroups.thawAll();
        }
    }

    private static OperationException notRunning() {
        return new OperationException("container not running");
    }

    /** Sends a signal to the first process. Returns whether there was one, and not another with its number. */
    static boolean signal(ContainerRecord record, int signal) {
        Optional<Descriptor> process = Descriptor.ofProcess(record.process().pid());
        if (process.isEmpty()) {
            return false;
        }
        try (Descriptor found = process.get()) {
            // The descriptor is of one process for ever; so if the number is still the container's now, it is of that.
            if (!record.process().isAlive()) {
                return false;
            }
            found.signal(signal);
            return true;
        }
    }
}

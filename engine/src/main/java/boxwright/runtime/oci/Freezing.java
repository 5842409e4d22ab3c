package boxwright.runtime.oci;

import java.io.IOException;
import java.util.List;

/**
 * Stops all processes of a container at once, and lets them go on.
 *
 * @param root where the state is
 */
public record Freezing(StateRoot root) {
    /**
     * Stops them.
     *
     * @throws OperationException when the container does not run
     */
    public void pause(String id) throws IOException {
        try (ContainerDirectory directory = root.lock(id)) {
            ContainerState state = Containers.state(directory);
            if (state.status() != Status.RUNNING && state.status() != Status.CREATED) {
                throw new OperationException(
                        "container not running: it is " + state.status().word());
            }
            Cgroups.of(state.record()).freezeAndWait();
        }
    }

    /**
     * Lets them go on.
     *
     * @throws OperationException when the container is not paused
     */
    public void resume(String id) throws IOException {
        try (ContainerDirectory directory = root.lock(id)) {
            ContainerState state = Containers.state(directory);
            if (state.status() != Status.PAUSED) {
                throw new OperationException(
                        "container not paused: it is " + state.status().word());
            }
            Cgroups.of(state.record()).thaw();
        }
    }

    /** The numbers of a container's processes, as the host has them. */
    public List<Integer> processes(String id) throws IOException {
        ContainerState state = Containers.state(root.open(id));
        return Cgroups.of(state.record()).members();
    }
}

package boxwright.engine;

import boxwright.isolation.NetworkNamespace;
import boxwright.kernel.WindowSize;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user asks of {@link Containers}: one container.
 *
 * @param image the name of an image, or the directory of a root file system
 * @param command the program and its arguments; empty for the image's own
 * @param environment variables beside those that every container has
 * @param directory the working directory, absolute; made where it is missing
 * @param hostname the host name; the container's short id where there is none
 * @param name a name that no other container has
 * @param network what it has of the network
 * @param addedCapabilities names, or {@code ALL}, beyond the usual ones
 * @param droppedCapabilities names, or {@code ALL}, of those that it does not get
 * @param terminal the size of the terminal that the container gets; empty for none
 */
public record ContainerRequest(
        String image,
        List<String> command,
        Map<String, String> environment,
        Optional<String> directory,
        Optional<String> hostname,
        Optional<String> name,
        NetworkNamespace.Mode network,
        List<String> addedCapabilities,
        List<String> droppedCapabilities,
        Optional<WindowSize> terminal) {
    public ContainerRequest {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        addedCapabilities = List.copyOf(addedCapabilities);
        droppedCapabilities = List.copyOf(droppedCapabilities);
    }
}

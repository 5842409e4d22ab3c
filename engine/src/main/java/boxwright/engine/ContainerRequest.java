package boxwright.engine;

import boxwright.kernel.WindowSize;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user asks of {@link Containers}: one container.
 *
 * @param image the name of an image, or the directory of a root file system
 * @param command the program and its arguments; empty for the image's own
 * @param environment variables beside those that every container has, in the order given
 * @param directory the working directory, absolute; made where it is missing
 * @param name a name that no other container has
 * @param namespaces what it shares with the host, and what its own namespaces are set to
 * @param privileges who it runs as, and what that user may do
 * @param limits how much of the machine it may use
 * @param storage what its file tree is made of, beside the image
 * @param stop how it is asked to end
 * @param init whether its first process is one that passes signals on and reaps, with the program below it
 * @param terminal the size of the terminal that the container gets; empty for none
 */
public record ContainerRequest(
        String image,
        List<String> command,
        Map<String, String> environment,
        Optional<String> directory,
        Optional<String> name,
        NamespaceRequest namespaces,
        PrivilegeRequest privileges,
        LimitRequest limits,
        StorageRequest storage,
        StopRequest stop,
        boolean init,
        Optional<WindowSize> terminal) {
    public ContainerRequest {
        if (image.isEmpty()) {
            throw new IllegalArgumentException("the image has no name");
        }
        directory.ifPresent(Names::absolutePath);
        name.ifPresent(Names::container);
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** A container without anything that a flag would ask for. */
    public static ContainerRequest of(String image, List<String> command) {
        return new ContainerRequest(
                image,
                command,
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                NamespaceRequest.usual(),
                PrivilegeRequest.usual(),
                LimitRequest.none(),
                StorageRequest.imageOnly(),
                StopRequest.usual(),
                false,
                Optional.empty());
    }

    /** The same with a terminal of that size. */
    public ContainerRequest withTerminal(WindowSize size) {
        return new ContainerRequest(
                image,
                command,
                environment,
                directory,
                name,
                namespaces,
                privileges,
                limits,
                storage,
                stop,
                init,
                Optional.of(size));
    }
}

package boxwright.engine;

import boxwright.kernel.WindowSize;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user asks of {@link Joining}: one program in a container that runs.
 *
 * @param container its name, its id, or the beginning of it
 * @param command the program and its arguments
 * @param environment variables beside those of the container
 * @param directory the working directory, absolute; empty for the container's
 * @param user who the program is, {@code NAME|UID[:GROUP|GID]}; empty for the container's user
 * @param privileged whether it has every capability
 * @param detached whether it goes on when our command has ended
 * @param terminal the size of the terminal that it gets; empty for none
 */
public record JoinRequest(
        String container,
        List<String> command,
        Map<String, String> environment,
        Optional<String> directory,
        Optional<String> user,
        boolean privileged,
        boolean detached,
        Optional<WindowSize> terminal) {
    public JoinRequest {
        directory.ifPresent(Names::absolutePath);
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** The same with a terminal of that size. */
    public JoinRequest withTerminal(WindowSize size) {
        return new JoinRequest(
                container, command, environment, directory, user, privileged, detached, Optional.of(size));
    }
}

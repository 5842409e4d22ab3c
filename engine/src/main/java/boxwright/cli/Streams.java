package boxwright.cli;

import boxwright.engine.Containers;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Terminal;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The descriptors that a container in the foreground gets. Without {@code -t} standard output and error are simply our
 * own, and with {@code -i} standard input too: nothing is copied, the container reads and writes the file, pipe or
 * terminal itself.
 */
final class Streams implements AutoCloseable {
    private final Map<Integer, Descriptor> descriptors = new HashMap<>();
    private Optional<Descriptor> nothing = Optional.empty();
    private Optional<Descriptor.Pipe> console = Optional.empty();
    private Optional<Descriptor> master = Optional.empty();

    /**
     * Opens them.
     *
     * @param userTerminal the terminal on our standard input, when the container gets a terminal
     */
    Streams(RunOptions options, Optional<Terminal> userTerminal) {
        if (options.terminal()) {
            Descriptor.Pipe sockets = Descriptor.socketPair();
            console = Optional.of(sockets);
            descriptors.put(Containers.CONSOLE_SOCKET, sockets.in());
            userTerminal.ifPresent(terminal -> descriptors.put(Containers.USER_TERMINAL, terminal.descriptor()));
        }
        if (!options.interactive() || options.terminal()) {
            Descriptor empty = Descriptor.open(Path.of("/dev/null"), Constants.O_RDONLY, 0);
            nothing = Optional.of(empty);
            descriptors.put(0, empty);
        }
    }

    /** What the launcher gets; see {@link boxwright.kernel.Launcher}. */
    Map<Integer, Descriptor> descriptors() {
        return Map.copyOf(descriptors);
    }

    /** The master's end of the container's terminal, which a container with one has sent before its program started. */
    Descriptor master() {
        Descriptor received = console.orElseThrow().out().receiveDescriptor();
        master = Optional.of(received);
        return received;
    }

    @Override
    public void close() {
        nothing.ifPresent(Descriptor::close);
        console.ifPresent(Descriptor.Pipe::close);
        master.ifPresent(Descriptor::close);
    }
}

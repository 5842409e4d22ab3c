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
    private Optional<Descriptor> sink = Optional.empty();
    private Optional<Descriptor.Pipe> console = Optional.empty();
    private Optional<Descriptor> master = Optional.empty();

    /**
     * Opens them.
     *
     * @param withTerminal whether the container gets a terminal
     * @param interactive whether it reads our standard input
     * @param userTerminal the terminal on our standard input, when the container gets a terminal
     */
    Streams(boolean withTerminal, boolean interactive, Optional<Terminal> userTerminal) {
        if (withTerminal) {
            Descriptor.Pipe sockets = Descriptor.socketPair();
            console = Optional.of(sockets);
            descriptors.put(Containers.CONSOLE_SOCKET, sockets.in());
            userTerminal.ifPresent(terminal -> descriptors.put(Containers.USER_TERMINAL, terminal.descriptor()));
        }
        if (!interactive || withTerminal) {
            Descriptor empty = Descriptor.open(Path.of("/dev/null"), Constants.O_RDONLY, 0);
            nothing = Optional.of(empty);
            descriptors.put(0, empty);
        }
    }

    /** Nothing to read, and nobody who reads. */
    static Streams ofNobody() {
        Streams streams = new Streams(false, false, Optional.empty());
        Descriptor sink = Descriptor.open(Path.of("/dev/null"), Constants.O_WRONLY, 0);
        streams.sink = Optional.of(sink);
        streams.descriptors.put(1, sink);
        streams.descriptors.put(2, sink);
        return streams;
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
        sink.ifPresent(Descriptor::close);
        console.ifPresent(Descriptor.Pipe::close);
        master.ifPresent(Descriptor::close);
    }
}

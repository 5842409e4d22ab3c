package boxwright.runtime.oci;

import boxwright.kernel.Descriptor;
import java.nio.file.Path;

/** Who takes the master's end of a container's terminal. */
public interface ConsoleTarget {
    /** A descriptor of a connected unix socket, which the caller closes. */
    Descriptor open();

    /** Whoever listens at a path. */
    static ConsoleTarget listener(Path path) {
        return () -> Creation.connect(path, "console socket");
    }

    /** Whoever has the other end of a socket of ours. */
    static ConsoleTarget socket(Descriptor socket) {
        return socket::copied;
    }
}

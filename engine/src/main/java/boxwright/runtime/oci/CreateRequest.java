package boxwright.runtime.oci;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What {@code create} was asked for, beside what is in the bundle.
 *
 * @param id of the container
 * @param bundle its directory, absolute
 * @param pidFile takes the number of the first process
 * @param console takes the master's end of the terminal
 * @param preserved how many descriptors from 3 on the program inherits
 * @param pivot whether the root is changed by pivot_root(2); see {@link boxwright.isolation.NewRoot}
 * @param newKeyring whether the program gets a session keyring of its own
 */
public record CreateRequest(
        String id,
        Path bundle,
        Optional<Path> pidFile,
        Optional<ConsoleTarget> console,
        int preserved,
        boolean pivot,
        boolean newKeyring) {}

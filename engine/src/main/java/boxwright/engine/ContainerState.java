package boxwright.engine;

import boxwright.isolation.ResourceLimits;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What other commands have to know of a container that runs: who its first process is, and what holds it back, so that
 * who joins it is held back by the same. It lies in the container's directory, see {@link StateFile}.
 *
 * @param id 64 hexadecimal digits
 * @param name the name that it was given
 * @param image the name of its image, or the directory of its root file system
 * @param command its program and the arguments
 * @param created when, in milliseconds since 1970
 * @param pid the number of its first process, as the host sees it
 * @param start when that process was started, as the kernel counts: the number alone may be another's by now
 * @param environment variables that every program in it has
 * @param directory where a program starts
 * @param privileges who its program is, and what it may do
 * @param resources what each of its processes may use
 * @param stop how it is asked to end
 */
public record ContainerState(
        String id,
        Optional<String> name,
        String image,
        List<String> command,
        long created,
        int pid,
        long start,
        Map<String, String> environment,
        String directory,
        PrivilegeRequest privileges,
        ResourceLimits resources,
        StopRequest stop) {
    private static final int SHORT_ID = 12;

    public ContainerState {
        command = List.copyOf(command);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** As many digits of the id as people write. */
    public String shortId() {
        return id.substring(0, Math.min(SHORT_ID, id.length()));
    }
}

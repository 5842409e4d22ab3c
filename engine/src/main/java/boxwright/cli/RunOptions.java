package boxwright.cli;

import boxwright.isolation.NetworkNamespace;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code boxwright run} was asked for, checked as far as words can be checked: nothing has been looked up and
 * nothing made.
 *
 * @param image the name of an image, or the directory of a root file system
 * @param command the command and its arguments; empty means the image's own
 * @param interactive the command reads our stdin
 * @param terminal the command gets a terminal of its own
 * @param remove nothing of the container is kept after it ends
 * @param environment variables for the command beside the image's own, in the order given
 * @param workingDirectory an absolute path in the container
 * @param hostname at most 64 bytes, see {@link Names#hostname}
 * @param name the container's name, see {@link Names#container}
 * @param network what the container has of the network
 * @param addedCapabilities capabilities(7) by name, or {@code ALL}
 * @param droppedCapabilities the same, of those that it does not get
 * @param explain print the plan, and each call's result, on stderr
 * @param dryRun print the plan, and do nothing
 */
public record RunOptions(
        String image,
        List<String> command,
        boolean interactive,
        boolean terminal,
        boolean remove,
        Map<String, String> environment,
        Optional<String> workingDirectory,
        Optional<String> hostname,
        Optional<String> name,
        NetworkNamespace.Mode network,
        List<String> addedCapabilities,
        List<String> droppedCapabilities,
        Optional<ExplainFormat> explain,
        boolean dryRun) {

    /**
     * The same checks as on the command line, for a caller that is not one.
     *
     * @throws IllegalArgumentException if a name or the working directory is not valid, with the reason
     */
    public RunOptions {
        if (image.isEmpty()) {
            throw new IllegalArgumentException("the image has no name");
        }
        command = List.copyOf(command);
        addedCapabilities = List.copyOf(addedCapabilities);
        droppedCapabilities = List.copyOf(droppedCapabilities);
        environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
        workingDirectory.ifPresent(Names::absolutePath);
        hostname.ifPresent(Names::hostname);
        name.ifPresent(Names::container);
    }
}

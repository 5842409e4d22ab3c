package boxwright.runtime.oci;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What {@code exec} was asked for.
 *
 * @param id of the container
 * @param args the program and its arguments; empty where a file names it
 * @param processFile a file with a whole {@code process}, which takes the place of all that follows up to {@code label}
 * @param tty whether the program gets a terminal
 * @param directory its working directory
 * @param env variables beside the container's own
 * @param user its user
 * @param group its group
 * @param additionalGids groups beside the container's own
 * @param capabilities names of capabilities beside the container's own
 * @param noNewPrivileges whether it may gain no privilege
 * @param appArmor a profile of AppArmor
 * @param label a label of SELinux
 * @param pidFile takes its number
 * @param console takes the master's end of its terminal
 * @param preserved how many descriptors from 3 on it inherits
 * @param cgroup a group below the container's; empty for the container's own
 * @param ignorePaused whether a container that is paused is joined
 */
public record ExecRequest(
        String id,
        List<String> args,
        Optional<Path> processFile,
        boolean tty,
        Optional<String> directory,
        List<String> env,
        OptionalLong user,
        OptionalLong group,
        List<Long> additionalGids,
        List<String> capabilities,
        Optional<Boolean> noNewPrivileges,
        Optional<String> appArmor,
        Optional<String> label,
        Optional<Path> pidFile,
        Optional<ConsoleTarget> console,
        int preserved,
        String cgroup,
        boolean ignorePaused) {
    public ExecRequest {
        args = List.copyOf(args);
        env = List.copyOf(env);
        additionalGids = List.copyOf(additionalGids);
        capabilities = List.copyOf(capabilities);
    }
}

package boxwright.runtime;

import static boxwright.kernel.Errno.ENOENT;

import boxwright.isolation.UserNamespace;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import java.nio.file.Path;
import java.util.List;

/**
 * Removes a directory with files that belong to other users of a user namespace. Its root may do so, inside; whoever made
 * the namespace may not, outside.
 *
 * @param users whose namespace
 * @param launcher runs rm(1) in one with the same maps
 */
public record InsideRemoval(UserNamespace users, Launcher launcher) {
    /** Removes it, as far as that is possible. */
    public void remove(Path directory) {
        List<String> argv = List.of("rm", "-rf", directory.toString());
        Launch launch = users.start(launcher, "boxwright: removal of " + directory.getFileName(), plan -> {
            plan.closeOnExecFrom(Launcher.REPORT);
            plan.execve("/bin/rm", argv, List.of()).tolerate(ENOENT);
            plan.execve("/usr/bin/rm", argv, List.of());
        });
        try {
            launch.awaitStart(report -> {});
        } finally {
            launch.close();
            launch.reap();
        }
    }
}

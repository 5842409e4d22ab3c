package boxwright.engine;

import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Doctor;
import boxwright.engine.doctor.Host;
import boxwright.engine.doctor.Status;
import boxwright.isolation.Invoker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a user must be allowed to do before anything is made. */
final class Privilege {
    private Privilege() {}

    /**
     * Fails where this process may not make a container: it needs CAP_SYS_ADMIN, or a user namespace in which it has it.
     * The doctor is asked only where something stands against that, since he asks the kernel, which takes time.
     *
     * @throws EngineException with the way to get there
     */
    static void require(Invoker self, Home home) {
        if (self.mayMakeNamespaces() || !isDoubtful()) {
            return;
        }
        Check check = Doctor.userNamespaces(Host.ofThisMachine(home.directory()));
        if (check.status() == Status.MISSING) {
            throw new EngineException("this user may not make a user namespace, and without one only root can make a"
                    + " container: " + check.found() + ". To allow it: " + check.fix() + ". Or run it with sudo.");
        }
    }

    /** The settings of distributions and administrators; see UserNamespaceChecks. */
    private static boolean isDoubtful() {
        return !Files.exists(Path.of("/proc/self/ns/user"))
                || is("/proc/sys/user/max_user_namespaces", "0")
                || is("/proc/sys/kernel/unprivileged_userns_clone", "0")
                || is("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
    }

    private static boolean is(String path, String value) {
        try {
            return Files.readString(Path.of(path)).strip().equals(value);
        } catch (IOException e) {
            return false;
        }
    }
}

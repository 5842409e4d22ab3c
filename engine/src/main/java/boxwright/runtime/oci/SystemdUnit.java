package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Setting;
import boxwright.kernel.Launcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The scope that systemd has made for a container.
 *
 * @param systemd who has made it
 * @param name {@code prefix-name.scope}; empty where systemd was not asked
 */
record SystemdUnit(Systemd systemd, String name) {
    static final SystemdUnit NONE = new SystemdUnit(new Systemd(false), "");

    /** Whether there is one. */
    boolean exists() {
        return !name.isEmpty();
    }

    /** Has us taken to where its processes may be moved from, as {@link Systemd#takeUs} does. */
    void approach(Launcher launcher) {
        if (exists()) {
            systemd.takeUs(launcher, systemd.top(launcher));
        }
    }

    /**
     * Tells systemd of limits that have changed, so that it does not put back the old ones.
     *
     * @throws OperationException when it does not take them
     */
    void set(Launcher launcher, Map<String, List<Setting>> settings) {
        List<String> words = new ArrayList<>(List.of("--quiet", "set-property", "--runtime", name));
        Map<String, String> changed = SystemdScope.properties(settings.values());
        changed.forEach((property, value) -> words.add(property + "=" + value));
        if (exists() && !changed.isEmpty()) {
            systemd.tool(launcher, "systemctl", words).run("", Systemd.PATIENCE_SECONDS);
        }
    }

    /** Has systemd forget it, whose processes have ended. One that it does not know any more has ended, too. */
    void stop(Launcher launcher) {
        if (!exists()) {
            return;
        }
        try {
            systemd.tool(launcher, "systemctl", List.of("--quiet", "stop", name))
                    .run("", Systemd.PATIENCE_SECONDS);
        } catch (OperationException e) {
            return; // Nobody is in it, and systemd collects those by itself.
        }
    }
}

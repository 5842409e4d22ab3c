package boxwright.runtime.oci;

import boxwright.kernel.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The systemd that is asked for scopes: that of the machine, or that of a user, user@.service(5), to whom the machine's has
 * given a part of the tree of cgroups. It is asked by its own tools.
 *
 * @param ofUser whether it is that of the user who we are
 */
record Systemd(boolean ofUser) {
    static final OptionalLong PATIENCE_SECONDS = OptionalLong.of(60);
    private static final int TRIES = 5000;
    private static final int TRY_NANOS = 1_000_000;
    private static final String PATH = "PATH=/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin";

    /** By these its tools find a user's systemd and his bus; systemctl(1). */
    private static final List<String> ADDRESSES = List.of("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS");

    /** One of its tools, with its words. */
    HostProgram tool(Launcher launcher, String name, List<String> words) {
        List<String> all = new ArrayList<>(List.of(name));
        List<String> environment = new ArrayList<>(List.of(PATH));
        if (ofUser) {
            all.add("--user");
            for (String variable : ADDRESSES) {
                String value = System.getenv(variable);
                if (value != null) {
                    environment.add(variable + "=" + value);
                }
            }
        }
        all.addAll(words);
        return new HostProgram(
                launcher,
                String.join(" ", all.subList(0, all.size() - words.size())),
                lines -> new BundleProgram(all, environment).addTo(lines));
    }

    /**
     * Where the part of the tree begins that it makes groups in: nothing for the whole.
     *
     * @throws OperationException when it does not answer
     */
    String top(Launcher launcher) {
        if (!ofUser) {
            return "";
        }
        try {
            return tool(launcher, "systemctl", List.of("show", "--property=ControlGroup", "--value"))
                    .run("", PATIENCE_SECONDS)
                    .strip();
        } catch (OperationException e) {
            throw new OperationException("--systemd-cgroup of a plain user needs a systemd of his own, which does not"
                    + " answer: is XDG_RUNTIME_DIR set, and does loginctl enable-linger or a login start it? "
                    + e.getMessage());
        }
    }

    /**
     * Has it take us into its part of the tree, in a scope that ends with us: from elsewhere a user may move no process of
     * his to a group in there; cgroups(7), "Delegation containment".
     *
     * @param top where its part begins
     * @throws OperationException when it does not
     */
    void takeUs(Launcher launcher, String top) {
        if (!ofUser || isBelow(top)) {
            return;
        }
        String pid = Long.toString(ProcessHandle.current().pid());
        tool(
                        launcher,
                        "busctl",
                        List.of(
                                "--quiet",
                                "call",
                                "org.freedesktop.systemd1",
                                "/org/freedesktop/systemd1",
                                "org.freedesktop.systemd1.Manager",
                                "StartTransientUnit",
                                "ssa(sv)a(sa(sv))",
                                "boxwright-" + pid + ".scope",
                                "fail",
                                "2",
                                "PIDs",
                                "au",
                                "1",
                                pid,
                                "CollectMode",
                                "s",
                                "inactive-or-failed",
                                "0"))
                .run("", PATIENCE_SECONDS);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (isBelow(top)) {
                return;
            }
            LockSupport.parkNanos(TRY_NANOS);
        }
        throw new OperationException("systemd does not take this command into its cgroup " + top
                + ", and from elsewhere a plain user may move nothing into it");
    }

    /** Whether our own group is in that part. */
    private static boolean isBelow(String top) {
        try {
            return Files.readString(Path.of("/proc/self/cgroup")).contains("0::" + top + "/");
        } catch (IOException e) {
            return false;
        }
    }
}

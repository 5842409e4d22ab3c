package boxwright.engine.doctor;

/** Words that several checks need. */
final class Advice {
    static final String PID = "01-pid-namespace";
    static final String UTS = "02-uts-namespace";
    static final String ROOT = "03-root-filesystem";
    static final String IPC = "04-ipc-namespace";
    static final String NETWORK = "05-network-namespace";
    static final String USER = "06-user-namespace";
    static final String CGROUPS = "07-cgroups";
    static final String CAPABILITIES = "08-capabilities";
    static final String SECURITY = "09-security-modules";
    static final String SECCOMP = "10-seccomp";

    private Advice() {}

    /** A sysctl as one types it, and how it stays after the next boot. */
    static String sysctl(String name, String value) {
        return "sudo sysctl -w " + name + "=" + value + " (to keep it: a line " + name + "=" + value
                + " in /etc/sysctl.d/90-boxwright.conf)";
    }

    /** A kernel that was built without something. */
    static String kernelOption(String option) {
        return "a kernel with CONFIG_" + option + "=y (distributions' kernels have it)";
    }

    /** How root is had, from inside a container and from outside. */
    static String becomeRoot(Host host) {
        return host.userId() == 0
                ? "start the container or service that we are in with more privilege"
                        + " (docker run --privileged, podman run --privileged)"
                : "sudo boxwright …";
    }

    /** What is between us and the kernel's full answer. */
    static boolean isFiltered(Host host) {
        return host.status("Seccomp").equals("2");
    }
}

package boxwright.isolation;

import boxwright.kernel.PlanBuilder;
import java.util.Set;

/**
 * A setting of the kernel that a namespace has for itself; sysctl(8), proc_sys(5). It is written through the host's
 * {@code /proc}, which shows each process the settings of its own namespaces: the container's is read-only when its
 * program runs.
 *
 * @param path below {@code /proc/sys}, {@code net/ipv4/ip_forward}
 * @param value as it is written
 */
public record Sysctl(String path, String value) implements Isolation {
    /** Of the System V objects; ipc_namespaces(7). */
    private static final Set<String> IPC = Set.of(
            "kernel/msgmax",
            "kernel/msgmnb",
            "kernel/msgmni",
            "kernel/sem",
            "kernel/shmall",
            "kernel/shmmax",
            "kernel/shmmni",
            "kernel/shm_rmid_forced");

    private static final String DOMAIN = "kernel/domainname";

    /** The namespace that a setting belongs to. */
    public enum Namespace {
        /** {@code net.…}; network_namespaces(7). */
        NETWORK,
        /** System V objects and {@code fs.mqueue.…}. */
        IPC,
        /** {@code kernel.domainname}. */
        UTS
    }

    /** Checks that the setting is one of a namespace: any other is the whole machine's. */
    public Sysctl {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new IllegalArgumentException("\"" + path + "\" is no name of a setting");
            }
        }
        if (path.equals("kernel/hostname")) {
            throw new IllegalArgumentException("the host name has a flag of its own: --hostname");
        }
        namespace(path);
    }

    /**
     * A setting from words, as sysctl(8) takes it.
     *
     * @param text {@code net.ipv4.ip_forward=1}; with slashes in the place of the dots too
     * @throws IllegalArgumentException with the reason
     */
    public static Sysctl parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("it is written NAME=VALUE");
        }
        return new Sysctl(
                path(text.substring(0, equals).strip()),
                text.substring(equals + 1).strip());
    }

    /** The first of both separators counts; a dot in the name of a device is then written as the other one. */
    private static String path(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        boolean dots = dot >= 0 && (slash < 0 || dot < slash);
        return dots ? name.replace('/', '\n').replace('.', '/').replace('\n', '.') : name;
    }

    /** Which namespace has it. */
    public Namespace namespace() {
        return namespace(path);
    }

    private static Namespace namespace(String path) {
        if (path.startsWith("net/")) {
            return Namespace.NETWORK;
        }
        if (path.startsWith("fs/mqueue/") || IPC.contains(path)) {
            return Namespace.IPC;
        }
        if (path.equals(DOMAIN)) {
            return Namespace.UTS;
        }
        throw new IllegalArgumentException("\"" + path.replace('/', '.') + "\" is a setting of the whole machine; a"
                + " container may have its own of net.*, fs.mqueue.*, kernel.msg*, kernel.sem, kernel.shm* and"
                + " kernel.domainname");
    }

    @Override
    public String chapter() {
        return switch (namespace()) {
            case NETWORK -> "05-network-namespace";
            case IPC -> "04-ipc-namespace";
            case UTS -> "02-uts-namespace";
        };
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.writeFile("/proc/sys/" + path, value).because("a setting of this namespace, and not of the machine's");
    }
}

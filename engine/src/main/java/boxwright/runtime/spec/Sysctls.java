package boxwright.runtime.spec;

import boxwright.runtime.spec.Linux.Namespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which kernel parameters a container may set: those that belong to a namespace of its own. All others are the whole
 * machine's; ipc_namespaces(7), uts_namespaces(7), network_namespaces(7).
 */
public final class Sysctls {
    private static final List<String> IPC = List.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    static void check(Linux linux, String hostname) {
        for (Map.Entry<String, String> entry : linux.sysctl().entrySet()) {
            String name = dotted(entry.getKey());
            String member = "linux.sysctl: " + entry.getKey();
            // In the spelling of a path, two dots lead up and out of /proc/sys/net.
            if (name.contains("..")
                    || entry.getKey().contains("..")
                    || name.startsWith(".")
                    || name.indexOf('\0') >= 0) {
                throw new SpecException(member + " is no name of a kernel parameter");
            }
            if (IPC.contains(name) || name.startsWith("fs.mqueue.")) {
                require(hasOwn(linux, "ipc", "ipc"), member, "an IPC namespace");
            } else if (name.startsWith("net.")) {
                require(hasOwn(linux, "network", "net"), member, "a network namespace");
            } else if (name.equals("kernel.domainname") || name.equals("kernel.hostname")) {
                require(hasOwn(linux, "uts", "uts"), member, "a UTS namespace");
                if (name.equals("kernel.hostname") && !hostname.isEmpty()) {
                    throw new SpecException(member + " contradicts hostname");
                }
            } else if (!name.startsWith("user.") || !hasOwn(linux, "user", "user")) {
                throw new SpecException(member + " is not in a namespace: it would be changed for the whole machine");
            }
        }
    }

    /**
     * With dots between the parts. Whichever of dot and slash comes first is the separator, and the other one is a part of
     * a name, such as a network device's; sysctl(8).
     */
    public static String dotted(String name) {
        int dot = name.indexOf('.');
        int slash = name.indexOf('/');
        if (slash < 0 || dot >= 0 && dot < slash) {
            return name;
        }
        return name.replace('.', '\0').replace('/', '.').replace('\0', '/');
    }

    private static void require(boolean there, String member, String namespace) {
        if (!there) {
            throw new SpecException(member + " needs " + namespace + " of the container's own");
        }
    }

    /** A path can lead to the runtime's own namespace, which is the host's. */
    private static boolean hasOwn(Linux linux, String type, String file) {
        Optional<Namespace> namespace = linux.namespace(type);
        if (namespace.isEmpty() || namespace.get().path().isEmpty()) {
            return namespace.isPresent();
        }
        try {
            return !Files.isSameFile(Path.of(namespace.get().path()), Path.of("/proc/self/ns", file));
        } catch (IOException e) {
            return true; // Whether it can be joined at all is found out where it is joined.
        }
    }
}

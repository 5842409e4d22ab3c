package boxwright.runtime.oci;

import boxwright.kernel.Constants;

/** The kernel's flags for the namespaces of config-linux.md. */
final class NamespaceTypes {
    private NamespaceTypes() {}

    static long flag(String type) {
        return switch (type) {
            case "pid" -> Constants.CLONE_NEWPID;
            case "network" -> Constants.CLONE_NEWNET;
            case "mount" -> Constants.CLONE_NEWNS;
            case "ipc" -> Constants.CLONE_NEWIPC;
            case "uts" -> Constants.CLONE_NEWUTS;
            case "user" -> Constants.CLONE_NEWUSER;
            case "cgroup" -> Constants.CLONE_NEWCGROUP;
            case "time" -> Constants.CLONE_NEWTIME;
            default -> throw new IllegalArgumentException("there is no namespace of type \"" + type + "\"");
        };
    }
}

package boxwright.runtime.spec;

import boxwright.isolation.cgroup.NumberList;
import boxwright.kernel.netlink.Link;
import boxwright.runtime.spec.Configuration.Hook;
import boxwright.runtime.spec.Configuration.IdMapping;
import boxwright.runtime.spec.Configuration.Mount;
import boxwright.runtime.spec.Linux.Device;
import boxwright.runtime.spec.Linux.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration must not be, checked before anything is made: values that mean nothing, and values that contradict
 * each other. Nothing here looks at the machine, but for the namespaces that {@link Sysctls} asks about.
 */
public final class Validation {
    private static final List<String> NAMESPACES =
            List.of("pid", "network", "mount", "ipc", "uts", "user", "cgroup", "time");
    private static final List<String> PROPAGATIONS =
            List.of("", "shared", "slave", "private", "unbindable", "rshared", "rslave", "rprivate", "runbindable");

    private Validation() {}

    /**
     * Checks a configuration of a container that is to be made.
     *
     * @throws SpecException with the first thing that is wrong
     */
    public static void check(Configuration configuration) {
        SpecVersion.check(configuration.ociVersion());
        if (configuration.annotations().containsKey("")) {
            throw new SpecException("annotations: one has an empty name");
        }
        Optional<Configuration.Root> root = configuration.root();
        if (root.isEmpty() || root.get().path().isEmpty()) {
            throw new SpecException("root.path is missing: the directory of the root file system");
        }
        noNul("root.path", root.get().path());
        if (configuration.process().isEmpty()) {
            throw new SpecException("process is missing: what the container is to run");
        }
        checkProcess("process.", configuration.process().get());
        Linux linux = configuration.linux();
        checkNamespaces(linux);
        checkNames(configuration, linux);
        checkMounts(configuration.mounts());
        checkHooks(configuration.hooks());
        checkDevices(linux.devices());
        ResourceChecks.check("linux.resources.", linux.resources());
        checkPaths("linux.maskedPaths", linux.maskedPaths(), linux);
        checkPaths("linux.readonlyPaths", linux.readonlyPaths(), linux);
        noNul("linux.cgroupsPath", linux.cgroupsPath());
        Sysctls.check(linux, configuration.hostname());
        if (!PROPAGATIONS.contains(linux.rootfsPropagation())) {
            throw new SpecException("linux.rootfsPropagation: \"" + linux.rootfsPropagation()
                    + "\" is none of shared, slave, private, unbindable");
        }
        linux.personality().ifPresent(personality -> {
            if (!personality.domain().equals("LINUX") && !personality.domain().equals("LINUX32")) {
                throw new SpecException(
                        "linux.personality.domain: \"" + personality.domain() + "\" is neither LINUX nor LINUX32");
            }
            if (!personality.flags().isEmpty()) {
                throw new SpecException("linux.personality.flags: the specification knows none");
            }
        });
        if (linux.intelRdt()) {
            throw new SpecException("linux.intelRdt: this runtime does not write to resctrl; leave it out");
        }
    }

    /**
     * Checks a process.
     *
     * @param prefix of the members' names in messages, {@code process.}
     */
    public static void checkProcess(String prefix, ProcessSpec process) {
        if (process.args().isEmpty() || process.args().getFirst().isEmpty()) {
            throw new SpecException(prefix + "args is empty: the program to run is missing");
        }
        if (process.cwd().isEmpty()) {
            throw new SpecException(prefix + "cwd is missing: the working directory");
        }
        if (!process.cwd().startsWith("/")) {
            throw new SpecException(prefix + "cwd: \"" + process.cwd() + "\" is no absolute path");
        }
        noNul(prefix + "cwd", process.cwd());
        process.args().forEach(word -> noNul(prefix + "args", word));
        for (String variable : process.env()) {
            noNul(prefix + "env", variable);
        }
        List<String> types = new ArrayList<>();
        for (ProcessSpec.Rlimit limit : process.rlimits()) {
            if (types.contains(limit.type())) {
                throw new SpecException(prefix + "rlimits: " + limit.type() + " is there twice");
            }
            types.add(limit.type());
        }
        process.oomScoreAdj().ifPresent(value -> {
            if (value < -1000 || value > 1000) {
                throw new SpecException(prefix + "oomScoreAdj: " + value + " is not from -1000 to 1000");
            }
        });
        process.execCpuAffinity().ifPresent(affinity -> {
            checkProcessors(prefix + "execCPUAffinity.initial", affinity.initial());
            checkProcessors(prefix + "execCPUAffinity.final", affinity.last());
        });
        process.ioPriority().ifPresent(priority -> {
            if (priority.priority() < 0 || priority.priority() > 7) {
                throw new SpecException(prefix + "ioPriority.priority: " + priority.priority() + " is not from 0 to 7");
            }
        });
    }

    private static void checkProcessors(String member, String list) {
        try {
            if (!list.isEmpty()) {
                NumberList.of(list);
            }
        } catch (IllegalArgumentException e) {
            throw new SpecException(member + ": " + e.getMessage());
        }
    }

    private static void checkNamespaces(Linux linux) {
        List<String> seen = new ArrayList<>();
        for (Namespace namespace : linux.namespaces()) {
            String type = namespace.type();
            if (!NAMESPACES.contains(type)) {
                throw new SpecException("linux.namespaces: there is no namespace of type \"" + type + "\"");
            }
            if (seen.contains(type)) {
                throw new SpecException("linux.namespaces: " + type + " is there twice");
            }
            if (!namespace.path().isEmpty() && !namespace.path().startsWith("/")) {
                throw new SpecException("linux.namespaces: the path \"" + namespace.path() + "\" is not absolute");
            }
            noNul("linux.namespaces", namespace.path());
            seen.add(type);
        }
        boolean mapped = !linux.uidMappings().isEmpty() || !linux.gidMappings().isEmpty();
        if (linux.isNew("user")
                && (linux.uidMappings().isEmpty() || linux.gidMappings().isEmpty())) {
            throw new SpecException("linux.uidMappings or linux.gidMappings is empty: a new user namespace has to know"
                    + " who its users are");
        }
        if (mapped && !seen.contains("user")) {
            throw new SpecException("linux.uidMappings and linux.gidMappings need a user namespace");
        }
        checkMappings("linux.uidMappings", linux.uidMappings());
        checkMappings("linux.gidMappings", linux.gidMappings());
        if (!linux.timeOffsets().isEmpty() && !linux.isNew("time")) {
            throw new SpecException("linux.timeOffsets need a new time namespace");
        }
        for (String clock : linux.timeOffsets().keySet()) {
            if (!clock.equals("monotonic") && !clock.equals("boottime")) {
                throw new SpecException(
                        "linux.timeOffsets: the clock \"" + clock + "\" is neither monotonic nor boottime");
            }
        }
        if (!linux.netDevices().isEmpty() && !seen.contains("network")) {
            throw new SpecException("linux.netDevices need a network namespace");
        }
        List<String> inside = new ArrayList<>();
        linux.netDevices().forEach((name, device) -> {
            checkDeviceName(name);
            String there = device.name().isEmpty() ? name : device.name();
            checkDeviceName(there);
            if (inside.contains(there) && !there.contains("%d")) {
                throw new SpecException("linux.netDevices: the name \"" + there + "\" for two of them");
            }
            inside.add(there);
        });
    }

    private static void checkDeviceName(String name) {
        try {
            Link.checkName(name);
        } catch (IllegalArgumentException e) {
            throw new SpecException("linux.netDevices: " + e.getMessage());
        }
    }

    private static void checkMappings(String member, List<IdMapping> mappings) {
        for (IdMapping mapping : mappings) {
            if (mapping.size() == 0) {
                throw new SpecException(member + ": a range of size 0");
            }
        }
    }

    private static void checkNames(Configuration configuration, Linux linux) {
        if (!configuration.hostname().isEmpty() && !linux.isNew("uts")) {
            throw new SpecException("hostname: it cannot be set without a UTS namespace of the container's own");
        }
        if (!configuration.domainname().isEmpty() && !linux.isNew("uts")) {
            throw new SpecException("domainname: it cannot be set without a UTS namespace of the container's own");
        }
        atMost64("hostname", configuration.hostname());
        atMost64("domainname", configuration.domainname());
    }

    private static void atMost64(String member, String name) {
        noNul(member, name);
        int bytes = name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (bytes > 64) {
            throw new SpecException(member + ": it is " + bytes + " bytes long, and the kernel takes at most 64");
        }
    }

    private static void checkMounts(List<Mount> mounts) {
        for (int i = 0; i < mounts.size(); i++) {
            Mount mount = mounts.get(i);
            String member = "mounts[" + i + "]";
            if (mount.destination().isEmpty()) {
                throw new SpecException(member + ".destination is missing");
            }
            noNul(member + ".destination", mount.destination());
            noNul(member + ".source", mount.source());
            noNul(member + ".type", mount.type());
            mount.options().forEach(option -> noNul(member + ".options", option));
            if (mount.uidMappings().isEmpty() != mount.gidMappings().isEmpty()) {
                throw new SpecException(member + ": uidMappings and gidMappings go together");
            }
            checkMappings(member + ".uidMappings", mount.uidMappings());
            checkMappings(member + ".gidMappings", mount.gidMappings());
        }
    }

    private static void checkHooks(Configuration.Hooks hooks) {
        checkHooks("prestart", hooks.prestart());
        checkHooks("createRuntime", hooks.createRuntime());
        checkHooks("createContainer", hooks.createContainer());
        checkHooks("startContainer", hooks.startContainer());
        checkHooks("poststart", hooks.poststart());
        checkHooks("poststop", hooks.poststop());
    }

    private static void checkHooks(String kind, List<Hook> hooks) {
        for (int i = 0; i < hooks.size(); i++) {
            Hook hook = hooks.get(i);
            String member = "hooks." + kind + "[" + i + "]";
            if (!hook.path().startsWith("/")) {
                throw new SpecException(member + ".path: \"" + hook.path() + "\" is no absolute path");
            }
            hook.timeout().ifPresent(timeout -> {
                if (timeout <= 0) {
                    throw new SpecException(member + ".timeout: " + timeout + " is not above 0");
                }
            });
            noNul(member + ".path", hook.path());
            hook.args().forEach(word -> noNul(member + ".args", word));
            hook.env().forEach(word -> noNul(member + ".env", word));
        }
    }

    private static void checkDevices(List<Device> devices) {
        for (int i = 0; i < devices.size(); i++) {
            Device device = devices.get(i);
            String member = "linux.devices[" + i + "]";
            if (!device.path().startsWith("/")) {
                throw new SpecException(member + ".path: \"" + device.path() + "\" is no absolute path");
            }
            noNul(member + ".path", device.path());
            if (!List.of("c", "u", "b", "p").contains(device.type())) {
                throw new SpecException(member + ".type: \"" + device.type() + "\" is none of c, u, b, p");
            }
            if (device.major() < 0 || device.major() > 0xfff || device.minor() < 0 || device.minor() > 0xfffff) {
                throw new SpecException(
                        member + ": " + device.major() + ":" + device.minor() + " is no device number of Linux");
            }
        }
    }

    private static void checkPaths(String member, List<String> paths, Linux linux) {
        for (String path : paths) {
            if (!path.startsWith("/")) {
                throw new SpecException(member + ": \"" + path + "\" is no absolute path");
            }
            noNul(member, path);
        }
        if (!paths.isEmpty() && !linux.isNew("mount")) {
            throw new SpecException(member + ": it needs a mount namespace of the container's own");
        }
    }

    /** The kernel would take a word to end there. */
    private static void noNul(String member, String word) {
        if (word.indexOf('\0') >= 0) {
            throw new SpecException(member + ": a NUL character inside");
        }
    }
}

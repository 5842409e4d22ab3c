package boxwright.engine;

import boxwright.isolation.Cgroup;
import boxwright.isolation.CgroupEntry;
import boxwright.isolation.Console;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.runtime.JoinPlan;
import boxwright.runtime.Program;
import boxwright.runtime.TerminalKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compiles the plan of a program that joins a container: {@code boxwright exec}. */
public final class Joining {
    /** The launcher's descriptor of the container's first process. */
    public static final int CONTAINER = Launcher.FIRST_FREE + 2;

    /** The files of {@code /proc/PID/ns} and what joining them is called; namespaces(7). */
    private static final Map<String, Long> NAMESPACES = Map.of(
            "user", Constants.CLONE_NEWUSER,
            "mnt", Constants.CLONE_NEWNS,
            "pid", Constants.CLONE_NEWPID,
            "net", Constants.CLONE_NEWNET,
            "ipc", Constants.CLONE_NEWIPC,
            "uts", Constants.CLONE_NEWUTS,
            "cgroup", Constants.CLONE_NEWCGROUP,
            "time", Constants.CLONE_NEWTIME);

    private final Home home;

    /** To containers of a home. */
    public Joining(Home home) {
        this.home = home;
    }

    /**
     * A program that is ready to join, with nothing made yet. Closing it closes its descriptor.
     *
     * @param state the container's
     * @param process the container's first process
     * @param plan what is run
     * @param warnings what the user should know, a sentence each
     */
    public record Prepared(ContainerState state, Descriptor process, JoinPlan plan, List<String> warnings)
            implements AutoCloseable {
        /** What the plan's lines refer to. */
        public Map<Integer, Descriptor> descriptors() {
            return Map.of(CONTAINER, process);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /**
     * Prepares a program.
     *
     * @param keeper the user's terminal, when it is made raw
     * @throws EngineException when there is no such container, it does not run, or what was asked for cannot be had
     */
    public Prepared prepare(JoinRequest request, Optional<TerminalKeeper> keeper) {
        ContainerState state = new LiveContainers(home).find(request.container());
        Descriptor process = LiveContainers.process(state);
        try {
            long namespaces = namespaces(state);
            Realm realm = realm(state, namespaces);
            Confinement confinement = Confinement.of(
                    privileges(request, state.privileges()),
                    Path.of("/proc/" + state.pid() + "/root"),
                    home,
                    realm,
                    request.terminal().isPresent() ? List.of(0) : List.of());
            JoinPlan plan = new JoinPlan(
                    CONTAINER,
                    namespaces,
                    cgroups(state),
                    users(realm),
                    state.resources(),
                    confinement.isolation(),
                    request.terminal().map(size -> new Console(Containers.CONSOLE_SOCKET, size)),
                    program(request, state, confinement),
                    !request.detached(),
                    keeper);
            return new Prepared(state, process, plan, confinement.warnings());
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Those of its namespaces that are not ours. */
    private static long namespaces(ContainerState state) {
        long flags = 0;
        for (Map.Entry<String, Long> namespace : NAMESPACES.entrySet()) {
            if (!link("self", namespace.getKey()).equals(link("" + state.pid(), namespace.getKey()))) {
                flags |= namespace.getValue();
            }
        }
        return flags;
    }

    /** {@code pid:[4026531836]}; empty where the kernel has no namespaces of that kind. */
    private static String link(String process, String namespace) {
        Path file = Path.of("/proc", process, "ns", namespace);
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc/self/ns", namespace))) {
                throw new EngineException("cannot see the namespaces of the container: " + file + ": " + e.getMessage()
                        + ". It belongs to another user, or has ended.");
            }
            return "";
        }
    }

    private static Realm realm(ContainerState state, long namespaces) {
        if ((namespaces & Constants.CLONE_NEWUSER) == 0) {
            return Realm.HOST;
        }
        try {
            String groups = Files.readString(Path.of("/proc/" + state.pid() + "/setgroups"));
            return groups.startsWith("deny") ? Realm.OWN_WITHOUT_GROUPS : Realm.OWN;
        } catch (IOException e) {
            throw new EngineException("cannot see the users of the container: " + e.getMessage());
        }
    }

    private static JoinPlan.Users users(Realm realm) {
        return switch (realm) {
            case HOST -> JoinPlan.Users.OURS;
            case OWN -> JoinPlan.Users.OWN;
            case OWN_WITHOUT_GROUPS -> JoinPlan.Users.OWN_WITHOUT_GROUPS;
        };
    }

    /** The groups that were made for the container, and no other that it is in by chance. */
    private static CgroupEntry cgroups(ContainerState state) {
        CgroupEntry there = CgroupEntry.where(state.pid());
        Map<String, Path> first = new LinkedHashMap<>();
        there.first().forEach((name, directory) -> {
            if (isOwn(directory, state)) {
                first.put(name, directory);
            }
        });
        return new CgroupEntry(first, there.second().filter(directory -> isOwn(directory, state)));
    }

    private static boolean isOwn(Path directory, ContainerState state) {
        Path own = Path.of(Cgroup.PREFIX + state.id());
        for (Path part : directory) {
            if (part.equals(own)) {
                return true;
            }
        }
        return false;
    }

    /** As {@code docker exec --privileged}: all capabilities and no AppArmor, behind the container's own filter. */
    private static PrivilegeRequest privileges(JoinRequest request, PrivilegeRequest container) {
        List<String> security = new ArrayList<>(container.securityOptions());
        if (request.privileged() && container.security().appArmor().isEmpty()) {
            security.add("apparmor=" + SecurityOptions.UNCONFINED);
        }
        return new PrivilegeRequest(
                request.privileged() ? List.of("ALL") : container.addedCapabilities(),
                request.privileged() ? List.of() : container.droppedCapabilities(),
                request.user().orElse(container.user()),
                container.addedGroups(),
                container.privileged(),
                security);
    }

    private static Program program(JoinRequest request, ContainerState state, Confinement confinement) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", confinement.home());
        if (request.terminal().isPresent()) {
            environment.put("TERM", "xterm");
        }
        environment.putAll(state.environment());
        environment.putAll(request.environment());
        return new Program(request.command(), environment, request.directory().orElse(state.directory()));
    }
}

package boxwright.engine;

import boxwright.isolation.HostTree;
import boxwright.isolation.IdMap;
import boxwright.isolation.Invoker;
import boxwright.isolation.IpcNamespace;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.TimeNamespace;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.UserNamespaceChoice;
import boxwright.isolation.UserNamespaceException;
import boxwright.isolation.UtsNamespace;
import boxwright.isolation.Volumes;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The namespaces of a container, as mechanisms of isolation.
 *
 * @param request what was asked for
 * @param self who makes them
 * @param users its user namespace; empty where it shares ours
 */
record Namespaces(NamespaceRequest request, Invoker self, Optional<UserNamespace> users) {
    /** Where switch_task_namespaces came to execve: "switch timens when a task gets a new mm", Linux 6.2. */
    private static final int TIME_MAJOR = 6;

    private static final int TIME_MINOR = 2;

    /**
     * Decides on the users, and checks that the rest can be had.
     *
     * @throws EngineException where it cannot
     */
    static Namespaces of(NamespaceRequest request, UserNamespaceChoice choice) {
        Invoker self = choice.self();
        boolean plain = !self.mayMakeNamespaces();
        NamespaceRequest.Users users = request.users();
        if (plain && users.sharing().equals(Optional.of(Sharing.HOST))) {
            throw new EngineException("--userns host needs root: only in a user namespace of his own may an ordinary"
                    + " user make a container. Leave it out, or run it with sudo.");
        }
        if (plain && request.network() == NetworkNamespace.Mode.VETH) {
            throw new EngineException("--network veth needs root: an ordinary user may not lay a cable into the host's"
                    + " network. --network none and --network host work; or run it with sudo.");
        }
        if (plain && !request.clocks().isEmpty() && isOlderThan(TIME_MAJOR, TIME_MINOR)) {
            throw new EngineException("--time-offset needs root, or Linux 6.2: before it, no first process of a user"
                    + " namespace can be in a time namespace of its own making.");
        }
        try {
            return new Namespaces(
                    request,
                    self,
                    plain || users.arePrivate()
                            ? Optional.of(choice.of(users.users(), users.groups()))
                            : Optional.empty());
        } catch (UserNamespaceException | IllegalArgumentException e) {
            throw new EngineException(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isOlderThan(int major, int minor) {
        try {
            String[] release =
                    Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]", 3);
            int first = Integer.parseInt(release[0]);
            return first < major || first == major && Integer.parseInt(release[1]) < minor;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            // Then the plan will tell.
            return false;
        }
    }

    /** What the privileges of the container's root are about. */
    Realm realm() {
        if (users.isEmpty()) {
            return self.isInFirstUserNamespace() || mayChangeGroups() ? Realm.HOST : Realm.OWN_WITHOUT_GROUPS;
        }
        return users.get().mayChangeGroups() ? Realm.OWN : Realm.OWN_WITHOUT_GROUPS;
    }

    /** Whoever made the user namespace that we are in may have given that up; user_namespaces(7). */
    private static boolean mayChangeGroups() {
        try {
            return !Files.readString(Path.of("/proc/self/setgroups")).startsWith("deny");
        } catch (IOException e) {
            return true; // before Linux 3.19
        }
    }

    /** Whether root of the container is another user than we are. */
    Optional<UserNamespace> ofOthers() {
        return users.filter(UserNamespace::byRoot);
    }

    /** Whether its mounts are made by somebody whose capabilities do not hold for the whole machine. */
    boolean areInUserNamespace() {
        return users.isPresent() || !self.isInFirstUserNamespace();
    }

    /**
     * What the file tree of a container is made of.
     *
     * @param layer the root
     * @param kernel what it sees of the kernel's file systems, were all its namespaces its own
     * @param scratch its directory on the host
     * @param volumes what else is mounted into it
     * @param readOnly whether the root can only be read
     */
    record Tree(
            RootFilesystem.Layer layer, KernelFilesystems kernel, Scratch scratch, Volumes volumes, boolean readOnly) {}

    /**
     * The mechanisms, in the order of their lines.
     *
     * @param hostname its name
     * @param id the container's
     */
    List<Isolation> isolation(Tree tree, String hostname, String id) {
        List<Isolation> isolation = new ArrayList<>();
        users.ifPresent(isolation::add);
        if (request.pid() == Sharing.PRIVATE) {
            isolation.add(new PidNamespace());
        }
        if (request.uts() == Sharing.PRIVATE) {
            isolation.add(new UtsNamespace(hostname, request.domainname()));
        }
        if (!request.clocks().isEmpty()) {
            isolation.add(new TimeNamespace(request.clocks(), self.mayMakeNamespaces()));
        }
        isolation.addAll(request.sysctls());
        Optional<Isolation> network = NetworkNamespace.of(request.network(), id);
        isolation.add(new RootFilesystem(
                tree.layer(),
                view(tree.kernel()),
                NameFiles.of(tree.scratch().directory(), hostname, network),
                tree.volumes(),
                tree.readOnly(),
                tree.scratch()
                        .owner()
                        .map(owner -> OptionalLong.of(owner.user()))
                        .orElseGet(OptionalLong::empty)));
        if (request.ipc() != Sharing.HOST) {
            isolation.add(new IpcNamespace());
        }
        network.ifPresent(isolation::add);
        return isolation;
    }

    /** What shows a namespace of the host, root of a user namespace cannot mount: then it is the host's. */
    private KernelFilesystems view(KernelFilesystems kernel) {
        KernelFilesystems view = kernel;
        if (areInUserNamespace()) {
            view = view.inUserNamespace(users.map(UserNamespace::groups).orElseGet(() -> new IdMap(self.groups())));
        }
        if (request.pid() == Sharing.HOST && users.isPresent()) {
            view = view.withFromHost(HostTree.PROC);
        }
        if (request.network() == NetworkNamespace.Mode.HOST && users.isPresent()) {
            view = view.withFromHost(HostTree.SYS);
        }
        if (request.ipc() == Sharing.NONE) {
            view = view.without(HostTree.SHARED_MEMORY);
        }
        if (request.ipc() == Sharing.HOST) {
            view = shared(view, HostTree.SHARED_MEMORY);
            view = users.isPresent() ? shared(view, HostTree.QUEUES) : view;
        }
        return view;
    }

    /** A host may lack it itself. */
    private static KernelFilesystems shared(KernelFilesystems view, HostTree tree) {
        return Files.isDirectory(tree.path()) ? view.withFromHost(tree) : view.without(tree);
    }
}

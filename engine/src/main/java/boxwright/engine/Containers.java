package boxwright.engine;

import boxwright.isolation.Console;
import boxwright.isolation.IdMappedOverlay;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.UserNamespaceChoice;
import boxwright.isolation.Volumes;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.InsideRemoval;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import boxwright.runtime.TerminalKeeper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns requests into containers: finds the root file system, gives an id, and compiles the plan. */
public final class Containers {
    /** The launcher's descriptor of the socket that a container's terminal comes through. */
    public static final int CONSOLE_SOCKET = Launcher.FIRST_FREE;
    /** The launcher's descriptor of the user's terminal. */
    public static final int USER_TERMINAL = Launcher.FIRST_FREE + 1;
    /** The launcher's descriptor of a user namespace by which the image's owners are shown as others. */
    private static final int OWNERS = Launcher.FIRST_FREE + 2;

    private static final int ID_BYTES = 32;
    private static final int SHORT_ID = 12;
    /** __NEW_UTS_LEN and a line feed; uname(2). */
    private static final int LONGEST_NAME = 65;

    private final Home home;

    /** The containers of a home. */
    public Containers(Home home) {
        this.home = home;
    }

    /**
     * A container that is ready to be started, with nothing made yet.
     *
     * @param request what was asked for
     * @param rootfs its root file system
     * @param id 64 hexadecimal digits, as Docker gives them
     * @param scratch the directory that will be its own
     * @param namespaces its namespaces
     * @param confinement what holds its program back
     * @param limits what it may use of the machine
     * @param volumes what is mounted into its tree
     * @param launcher runs what its namespaces need
     */
    public record Prepared(
            ContainerRequest request,
            RootfsSource.Rootfs rootfs,
            String id,
            Scratch scratch,
            Namespaces namespaces,
            Confinement confinement,
            ContainerLimits limits,
            Volumes volumes,
            Launcher launcher) {
        /**
         * Its plan.
         *
         * @param layering whether the kernel's overlayfs carries it
         * @param keeper the user's terminal, when it is made raw for the container
         */
        public ContainerPlan plan(Layering layering, Optional<TerminalKeeper> keeper) {
            List<Isolation> isolation = namespaces.isolation(
                    new Namespaces.Tree(
                            layer(layering),
                            limits.in(confinement.view()),
                            scratch,
                            volumes,
                            request.storage().readOnly()),
                    hostname(),
                    id);
            limits.addTo(isolation);
            request.terminal().ifPresent(size -> isolation.add(new Console(CONSOLE_SOCKET, size)));
            isolation.addAll(confinement.isolation());
            volumes.late().ifPresent(isolation::add);
            Optional<String> preparation =
                    layering == Layering.COPY ? Optional.of("until Java has copied the image") : Optional.empty();
            return new ContainerPlan(
                    isolation, program(), true, preparation, Optional.of(scratch), keeper, request.init());
        }

        private RootFilesystem.Layer layer(Layering layering) {
            RootFilesystem.Overlay overlay = scratch.over(rootfs.directory());
            Optional<UserNamespace> others = namespaces.ofOthers();
            String label = confinement.fileLabel();
            if (!label.isEmpty() && (layering == Layering.COPY || others.isPresent())) {
                throw new EngineException("the SELinux label " + label + " was asked for, and "
                        + (others.isPresent()
                                ? "with users of its own a container's files cannot have one: leave out --userns"
                                : "overlayfs, which would give it to the container's files, does not work here: set"
                                        + " BOXWRIGHT_HOME to a directory on ext4, xfs, btrfs or tmpfs")
                        + ".");
            }
            if (layering == Layering.COPY) {
                return new RootFilesystem.Directory(overlay.mountPoint());
            }
            if (others.isPresent()) {
                return new IdMappedOverlay(rootfs.directory(), overlay, others.get(), OWNERS, launcher);
            }
            RootFilesystem.Overlay here = overlay.inUserNamespace(namespaces.areInUserNamespace());
            return label.isEmpty() ? here : new RootFilesystem.Labelled(here, label);
        }

        private String hostname() {
            if (request.namespaces().uts() == Sharing.HOST) {
                return hostsName();
            }
            return request.namespaces().hostname().orElse(id.substring(0, SHORT_ID));
        }

        private Program program() {
            Map<String, String> environment = new HashMap<>();
            environment.put("HOME", confinement.home());
            if (request.terminal().isPresent()) {
                environment.put("TERM", "xterm");
            }
            environment.putAll(environment());
            return new Program(argv(), environment, request.directory().orElse(""));
        }

        private List<String> argv() {
            return request.command().isEmpty() ? rootfs.command() : request.command();
        }

        /** What every program in it has, whoever it runs as. */
        private Map<String, String> environment() {
            Map<String, String> environment = new HashMap<>();
            environment.put("PATH", Program.DEFAULT_PATH);
            environment.put("HOSTNAME", hostname());
            environment.putAll(rootfs.environment());
            environment.putAll(request.environment());
            return environment;
        }

        /** Writes down what other commands have to know of it, now that its first process runs. */
        void writeState(int pid, long start) {
            new StateFile(scratch.directory())
                    .write(new ContainerState(
                            id,
                            request.name(),
                            request.image(),
                            argv(),
                            System.currentTimeMillis(),
                            pid,
                            start,
                            environment(),
                            request.directory().orElse(""),
                            request.privileges(),
                            limits.resources(),
                            request.stop()));
        }
    }

    /** What {@code HOSTNAME} is set to in a container that has the host's name. */
    private static String hostsName() {
        try (Descriptor name = Descriptor.open(Path.of("/proc/sys/kernel/hostname"), Constants.O_RDONLY, 0)) {
            return new String(name.read(LONGEST_NAME), StandardCharsets.UTF_8).strip();
        }
    }

    /** How a container writes to its root without changing the image. */
    public enum Layering {
        /** overlayfs: a writable layer over the image. */
        OVERLAY,
        /** A copy of the image, where the kernel or the disk's file system cannot do overlayfs. */
        COPY
    }

    /**
     * Prepares a container.
     *
     * @param toRun whether it will be run, and not only be looked at
     * @throws EngineException when the image is unknown, the root file system unusable, or we may not run it
     */
    public Prepared prepare(ContainerRequest request, boolean toRun) {
        Launcher launcher = new Launcher(home.directory());
        UserNamespaceChoice choice = UserNamespaceChoice.here(launcher);
        if (toRun) {
            Privilege.require(choice.self(), home);
        }
        Namespaces namespaces = Namespaces.of(request.namespaces(), choice);
        String id = HexFormat.of().formatHex(random());
        ContainerLimits limits =
                ContainerLimits.of(request.limits(), id, request.privileges().privileged(), namespaces);
        Scratch scratch = new Scratch(
                home.containers().resolve(id),
                request.name().map(home.names()::resolve),
                namespaces.ofOthers().map(Scratch.Owner::rootOf));
        StorageRequest storage = namespaces.areInUserNamespace()
                ? request.storage().with(DeviceRequest.volumes(request.limits().devices()))
                : request.storage();
        Volumes volumes = new VolumeSources(home, scratch, namespaces.areInUserNamespace()).find(storage);
        RootfsSource.Rootfs rootfs = new RootfsSource(home).find(request.image());
        Confinement confinement = Confinement.of(
                request.privileges(), rootfs.directory(), home, namespaces.realm(), ownedDescriptors(request));
        if (toRun) {
            confinement.prepare(launcher);
        }
        Scratch.sweep(
                home.containers(),
                home.names(),
                directory -> new InsideRemoval(choice.usual(), launcher).remove(directory));
        return new Prepared(request, rootfs, id, scratch, namespaces, confinement, limits, volumes, launcher);
    }

    /**
     * What a user who is not root has to be given to open it again by its name, {@code /dev/stdout}: the terminal of the
     * container, or pipes that its standard output and error are. A file or a terminal of ours stays ours.
     */
    private static List<Integer> ownedDescriptors(ContainerRequest request) {
        if (request.privileges().user().isEmpty()) {
            return List.of(); // root needs nothing given
        }
        if (request.terminal().isPresent()) {
            return List.of(0);
        }
        List<Integer> pipes = new ArrayList<>();
        for (int descriptor = 1; descriptor <= 2; descriptor++) {
            if (isPipe(descriptor)) {
                pipes.add(descriptor);
            }
        }
        return pipes;
    }

    private static boolean isPipe(int descriptor) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString()
                    .startsWith("pipe:");
        } catch (IOException _) {
            return false;
        }
    }

    /** Bytes that nobody can guess, random(4). A SecureRandom gives no better ones, and takes 10 ms to start. */
    private static byte[] random() {
        try (Descriptor urandom = Descriptor.open(Path.of("/dev/urandom"), Constants.O_RDONLY, 0)) {
            return urandom.read(ID_BYTES);
        }
    }
}

package boxwright.engine;

import boxwright.isolation.Console;
import boxwright.isolation.IpcNamespace;
import boxwright.isolation.Isolation;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UtsNamespace;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import boxwright.runtime.TerminalKeeper;
import java.io.IOException;
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

    private static final int ID_BYTES = 32;
    private static final int SHORT_ID = 12;

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
     * @param confinement what holds its program back
     * @param limits what it may use of the machine
     */
    public record Prepared(
            ContainerRequest request,
            RootfsSource.Rootfs rootfs,
            String id,
            Scratch scratch,
            Confinement confinement,
            ContainerLimits limits) {
        /**
         * Its plan.
         *
         * @param layering whether the kernel's overlayfs carries it
         * @param keeper the user's terminal, when it is made raw for the container
         */
        public ContainerPlan plan(Layering layering, Optional<TerminalKeeper> keeper) {
            RootFilesystem.Layer layer = switch (layering) {
                case OVERLAY -> overlay();
                case COPY ->
                    new RootFilesystem.Directory(
                            scratch.over(rootfs.directory()).mountPoint());
            };
            List<Isolation> isolation = new ArrayList<>();
            isolation.add(new PidNamespace());
            isolation.add(new UtsNamespace(hostname()));
            isolation.add(new RootFilesystem(layer, limits.in(confinement.view())));
            isolation.add(new IpcNamespace());
            NetworkNamespace.of(request.namespaces().network(), id).ifPresent(isolation::add);
            limits.addTo(isolation);
            request.terminal().ifPresent(size -> isolation.add(new Console(CONSOLE_SOCKET, size)));
            isolation.addAll(confinement.isolation());
            Optional<String> preparation =
                    layering == Layering.COPY ? Optional.of("until Java has copied the image") : Optional.empty();
            return new ContainerPlan(isolation, program(), true, preparation, Optional.of(scratch), keeper);
        }

        private RootFilesystem.Layer overlay() {
            RootFilesystem.Overlay overlay = scratch.over(rootfs.directory());
            return confinement.fileLabel().isEmpty()
                    ? overlay
                    : new RootFilesystem.Labelled(overlay, confinement.fileLabel());
        }

        private String hostname() {
            return request.namespaces().hostname().orElse(id.substring(0, SHORT_ID));
        }

        private Program program() {
            Map<String, String> environment = new HashMap<>();
            environment.put("PATH", Program.DEFAULT_PATH);
            environment.put("HOSTNAME", hostname());
            environment.put("HOME", confinement.home());
            if (request.terminal().isPresent()) {
                environment.put("TERM", "xterm");
            }
            environment.putAll(rootfs.environment());
            environment.putAll(request.environment());
            List<String> argv = request.command().isEmpty() ? rootfs.command() : request.command();
            return new Program(argv, environment, request.directory().orElse(""));
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
        if (toRun) {
            Privilege.require();
        }
        RootfsSource.Rootfs rootfs = new RootfsSource(home).find(request.image());
        Confinement confinement =
                Confinement.of(request.privileges(), rootfs.directory(), home, Realm.HOST, ownedDescriptors(request));
        if (toRun) {
            confinement.prepare(new Launcher(home.directory()));
        }
        String id = HexFormat.of().formatHex(random());
        ContainerLimits limits =
                ContainerLimits.of(request.limits(), id, request.privileges().privileged(), false);
        Scratch.sweep(home.containers(), home.names());
        Scratch scratch =
                new Scratch(home.containers().resolve(id), request.name().map(home.names()::resolve));
        return new Prepared(request, rootfs, id, scratch, confinement, limits);
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

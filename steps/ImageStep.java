//SOURCES Step.java
//SOURCES ../engine/src/main/java/boxwright/engine/Home.java
//SOURCES ../engine/src/main/java/boxwright/engine/EngineException.java
//SOURCES ../engine/src/main/java/boxwright/image/*.java

import boxwright.engine.EngineException;
import boxwright.engine.Home;
import boxwright.image.HostImage;
import boxwright.image.ImageException;
import boxwright.isolation.IdMappedOverlay;
import boxwright.isolation.Isolation;
import boxwright.isolation.RootFilesystem.Layer;
import boxwright.isolation.RootFilesystem.Overlay;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.UserNamespaceChoice;
import boxwright.kernel.Launcher;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.InsideRemoval;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.Function;

/** What the steps share that have a root file system of their own: an image, and a directory for what they write. */
final class ImageStep {
    private ImageStep() {}

    /**
     * Runs a program in the isolation of a step. Does not return.
     *
     * @param isolation makes the step's list from its root: the image, with a layer above that goes when the step ends
     */
    static void run(String name, String adds, String[] args, Function<Overlay, List<Isolation>> isolation) {
        new Step(name, adds, true).run(args, request -> {
            try {
                Scratch scratch = scratch();
                Overlay root = scratch.over(image(request.rootfs()));
                Program program = Step.program(request.command(), HostImage.environment());
                return ContainerPlan.of(isolation.apply(root), program, Optional.of(scratch));
            } catch (EngineException | ImageException failure) {
                throw new Step.Refusal(failure.getMessage());
            }
        });
    }

    /**
     * The same with users of its own, so that everybody may run it.
     *
     * @param isolation makes the step's list from its root and its users: of somebody who is not root, he himself and who
     *     else he may be; of root, users whom nobody on the machine is
     */
    static void runWithUsers(
            String name, String adds, String[] args, BiFunction<Layer, UserNamespace, List<Isolation>> isolation) {
        new Step(name, adds, true).run(args, request -> {
            try {
                Launcher launcher = Step.launcher();
                UserNamespace users = UserNamespaceChoice.here(launcher).usual();
                Scratch scratch = scratch(users, launcher);
                Path image = image(request.rootfs());
                Overlay overlay = scratch.over(image).inUserNamespace(true);
                Layer root = users.byRoot()
                        ? new IdMappedOverlay(image, overlay, users, Launcher.FIRST_FREE, launcher)
                        : overlay;
                Program program = Step.program(request.command(), HostImage.environment());
                return ContainerPlan.of(isolation.apply(root, users), program, Optional.of(scratch));
            } catch (EngineException | ImageException failure) {
                throw new Step.Refusal(failure.getMessage());
            }
        });
    }

    private static Scratch scratch() {
        Home home = Home.ofThisUser();
        Scratch.sweep(home.containers(), home.names());
        return new Scratch(home.containers().resolve(id()), Optional.empty());
    }

    /** Files of users who are somebody inside only, can be removed inside only. */
    private static Scratch scratch(UserNamespace users, Launcher launcher) {
        Home home = Home.ofThisUser();
        Scratch.sweep(home.containers(), home.names(), new InsideRemoval(users, launcher)::remove);
        Optional<Scratch.Owner> owner = users.byRoot() ? Optional.of(Scratch.Owner.rootOf(users)) : Optional.empty();
        return new Scratch(home.containers().resolve(id()), Optional.empty(), owner);
    }

    private static String id() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static Path image(Optional<Path> rootfs) {
        if (rootfs.isEmpty()) {
            return HostImage.in(Home.ofThisUser().images(), Path.of("/")).rootfs();
        }
        Path directory = rootfs.get().toAbsolutePath().normalize();
        if (!Files.isDirectory(directory)) {
            throw new Step.Refusal("--rootfs " + rootfs.get() + ": there is no such directory");
        }
        return directory;
    }
}

package boxwright.isolation;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.isolation.cgroup.Limits;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers of a busybox in cgroups of their own, and what the machine has for them. */
public final class CgroupContainers {
    private final Path directory;
    private final String prefix;
    private int started;

    CgroupContainers(Path directory, String prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    /** With a root file system in a directory. */
    static CgroupContainers in(Path directory) {
        Machine.needsRoot();
        try {
            Files.createDirectories(directory.resolve("containers"));
            Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new CgroupContainers(
                directory, "test-" + ProcessHandle.current().pid() + "-" + directory.getFileName() + "-");
    }

    /** Skips the test where a controller is missing. */
    public static void needs(Controller... controllers) {
        for (Controller controller : controllers) {
            assumeTrue(
                    Hierarchies.here()
                            .with(controller)
                            .filter(found -> !found.readOnly())
                            .isPresent(),
                    "needs a hierarchy of cgroups that is writable and has " + controller.word());
        }
    }

    /** Whether version 2 has the controller. */
    public static boolean isSecond(Controller controller) {
        return Hierarchies.here().with(controller).orElseThrow().version() == 2;
    }

    /** The directory with a controller's files in a container. */
    public static String inside(Controller controller) {
        Hierarchy hierarchy = Hierarchies.here().with(controller).orElseThrow();
        boolean alone = Hierarchies.here().all().size() == 1;
        return "/sys/fs/cgroup" + (hierarchy.version() == 1 ? "/" + hierarchy.option() : alone ? "" : "/unified");
    }

    static List<Path> groups(Cgroup cgroup) {
        return cgroup.groups().all().stream().map(Group::directory).toList();
    }

    Launcher launcher() {
        return new Launcher(directory);
    }

    Cgroup cgroup(Limits limits) {
        return Cgroup.of(prefix + started++, limits);
    }

    Scratch scratch() {
        return new Scratch(directory.resolve("containers").resolve(prefix + started++), Optional.empty());
    }

    ContainerPlan plan(Cgroup cgroup, Scratch scratch, String script) {
        return ContainerPlan.of(
                List.of(
                        new PidNamespace(),
                        new RootFilesystem(scratch.over(directory.resolve("root")), KernelFilesystems.asDockerDoes()),
                        cgroup),
                Program.of(List.of("busybox", "sh", "-c", script)),
                Optional.of(scratch));
    }

    ContainerProcess start(ContainerPlan container, Map<Integer, Descriptor> descriptors) {
        return ContainerProcess.start(launcher(), container, container.plan(), descriptors, pid -> {}, reports -> {});
    }

    ContainerProcess start(Cgroup cgroup, String script, Map<Integer, Descriptor> descriptors) {
        return start(plan(cgroup, scratch(), script), descriptors);
    }
}

package boxwright.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.HostTree;
import boxwright.isolation.IdMap;
import boxwright.isolation.IpcNamespace;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.UtsNamespace;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.StraceTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The containers of steps 01 to 03 and 06 under strace(1): the kernel sees what their plans say, call by call. */
class ContainerStraceTest {
    private static final Program PROGRAM =
            new Program(List.of("sh", "-c", "exit 42"), Map.of("PATH", "/nowhere:/bin"), "/work/space");

    @Test
    void step01(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Program program = new Program(List.of("sh", "-c", "exit 42"), Map.of("PATH", "/nowhere:/bin"), "");
        ContainerPlan container = ContainerPlan.of(List.of(new PidNamespace()), program, Optional.empty());

        StraceTest.Seen seen = StraceTest.traceContainer(container.plan(), directory, () -> {});

        assertThat(seen.compare(container.plan()))
                .isEqualTo(container.plan().flat().size());
        assertThat(seen.status()).isEqualTo(42 << 8);
    }

    @Test
    void step03OverADirectory(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Path root = Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        ContainerPlan container = container(new RootFilesystem.Directory(root), Optional.empty(), List.of());

        StraceTest.Seen seen = StraceTest.traceContainer(container.plan(), directory, () -> {});

        assertThat(seen.compare(container.plan()))
                .isEqualTo(container.plan().flat().size());
        assertThat(seen.status()).isEqualTo(42 << 8);
    }

    @Test
    void step03OverAnImageWithTheJvmTidyingUp(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Scratch scratch = scratch(directory);
        Path root = Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        Plan plan = container(scratch.over(root), Optional.of(scratch), List.of())
                .plan()
                .timed();

        StraceTest.Seen seen = StraceTest.traceContainer(plan, directory, scratch::delete);

        // All but what a monitor without a JVM does: two calls for the name, and the two places of rm.
        assertThat(seen.compare(plan)).isEqualTo(plan.flat().size() - 4);
        assertThat(seen.status()).isEqualTo(42 << 8);
    }

    @Test
    void step03OverAnImageWithTheMonitorTidyingUp(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Scratch scratch = scratch(directory);
        Path root = Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        Plan plan =
                container(scratch.over(root), Optional.of(scratch), List.of()).plan();

        StraceTest.Seen seen = StraceTest.traceContainer(plan, directory, () -> {});

        // All but the two calls of a monitor that finds nothing, and the second place of rm.
        assertThat(seen.compare(plan)).isEqualTo(plan.flat().size() - 3);
        assertThat(scratch.directory()).doesNotExist();
        assertThat(scratch.name().orElseThrow()).doesNotExist();
    }

    @Test
    void step06OfAUserWhoMapsHimself(@TempDir Path directory) throws Exception {
        Machine.needsRoot();
        Scratch scratch = scratch(directory);
        Path root = Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        UserNamespace users = new UserNamespace(IdMap.rootIs(0), IdMap.rootIs(0), false, Optional.empty());
        List<Isolation> isolation = List.of(
                users,
                new PidNamespace(),
                new UtsNamespace("box", Optional.of("example")),
                new RootFilesystem(
                        scratch.over(root).inUserNamespace(true),
                        KernelFilesystems.asDockerDoes()
                                .inUserNamespace(users.groups())
                                .withFromHost(HostTree.SYS)),
                new IpcNamespace());
        Plan plan = ContainerPlan.of(isolation, PROGRAM, Optional.of(scratch)).plan();

        StraceTest.Seen seen = StraceTest.traceContainer(plan, directory, () -> {});

        // All but the two calls of a monitor that finds nothing, the second place of rm, and what an older kernel
        // needs.
        assertThat(seen.compare(plan)).isEqualTo(plan.flat().size() - 4);
        assertThat(seen.status()).isEqualTo(42 << 8);
        assertThat(scratch.directory()).doesNotExist();
    }

    private static Scratch scratch(Path directory) throws Exception {
        Path containers = Files.createDirectories(directory.resolve("containers"));
        Path names = Files.createDirectories(directory.resolve("names"));
        return new Scratch(containers.resolve("0001"), Optional.of(names.resolve("box")));
    }

    private static ContainerPlan container(
            RootFilesystem.Layer layer, Optional<Scratch> scratch, List<Isolation> more) {
        List<Isolation> isolation = new ArrayList<>(List.of(
                new PidNamespace(),
                new UtsNamespace("box"),
                new RootFilesystem(layer, KernelFilesystems.asDockerDoes())));
        isolation.addAll(more);
        return ContainerPlan.of(isolation, PROGRAM, scratch);
    }
}

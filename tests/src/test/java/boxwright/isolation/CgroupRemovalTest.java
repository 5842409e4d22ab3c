package boxwright.isolation;

import static boxwright.isolation.CgroupContainers.groups;
import static boxwright.isolation.CgroupContainers.needs;
import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.isolation.cgroup.Limits;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanException;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is left of a container's cgroups, however it and we end. */
class CgroupRemovalTest {
    private static final Limits PAUSABLE = Limits.none().asPausable();

    @TempDir
    private Path directory;

    private CgroupContainers containers = new CgroupContainers(Path.of("/nowhere"), "");

    @BeforeEach
    void root() {
        containers = CgroupContainers.in(directory);
    }

    @Test
    void whoIsStillInAGroupIsEndedWithIt() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = new Cgroup(containers.cgroup(PAUSABLE).groups(), CgroupView.HOST, false);
        // Without a PID namespace, nobody ends the children of a process with it.
        Scratch scratch = containers.scratch();
        ContainerPlan container = ContainerPlan.of(
                List.of(cgroup), Program.of(List.of("/bin/sh", "-c", "sleep 1234 & echo $!")), Optional.of(scratch));
        Descriptor.Pipe pipe = Descriptor.pipe();
        long orphan;
        try (Descriptor out = pipe.out();
                ContainerProcess process = containers.start(container, Map.of(1, pipe.in()))) {
            pipe.in().close();
            process.await();
            orphan = Long.parseLong(new String(out.read(100), StandardCharsets.UTF_8).strip());
            assertThat(Machine.isAlive(orphan)).isTrue();
        }
        assertThat(groups(cgroup)).allSatisfy(group -> assertThat(group).doesNotExist());
        assertThat(Machine.isAlive(orphan)).isFalse();
    }

    @Test
    void theSweepFindsTheGroupsOfAContainerWhoseProcessesWereAllKilled() throws Exception {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        Path abandoned = Files.createDirectories(directory.resolve("containers/abandoned"));
        Process left = new ProcessBuilder("sleep", "1234").start();
        try {
            for (Path group : groups(cgroup)) {
                Files.createDirectory(group);
                Files.writeString(group.resolve("cgroup.procs"), "" + left.pid());
            }
            List<String> note = new ArrayList<>();
            groups(cgroup).forEach(group -> note.add(group.toString()));
            Files.write(abandoned.resolve("cgroups"), note);
            Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));

            Scratch.sweep(directory.resolve("containers"), directory.resolve("names"));

            assertThat(groups(cgroup))
                    .isNotEmpty()
                    .allSatisfy(group -> assertThat(group).doesNotExist());
            assertThat(abandoned).doesNotExist();
            eventually("who was in it has ended", () -> !left.isAlive());
        } finally {
            left.destroyForcibly();
        }
    }

    @Test
    void aSetUpThatFailsLeavesNoGroup() {
        needs(Controller.FREEZER);
        Cgroup cgroup = containers.cgroup(PAUSABLE);
        Scratch scratch = containers.scratch();
        ContainerPlan container = ContainerPlan.of(
                List.of(
                        new PidNamespace(),
                        new RootFilesystem(
                                scratch.over(directory.resolve("nowhere")), KernelFilesystems.asDockerDoes()),
                        cgroup),
                Program.of(List.of("true")),
                Optional.of(scratch));

        assertThat(Assertions.catchThrowable(() -> containers.start(container, Map.of())))
                .isInstanceOf(PlanException.class);

        assertThat(groups(cgroup))
                .isNotEmpty()
                .allSatisfy(group -> assertThat(group).doesNotExist());
    }

    /** The JVM is killed at any instant; the monitor removes what is left. */
    @Test
    void aKilledJvmLeavesNoGroup() throws Exception {
        needs(Controller.FREEZER);
        Random random = new Random(3);
        for (int i = 0; i < 15; i++) {
            String name = "killed-" + ProcessHandle.current().pid() + "-" + i + "-";
            Process jvm = new ProcessBuilder(Machine.java(Jvm.class, directory.toString(), name))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var says = jvm.inputReader(StandardCharsets.UTF_8);
            int number = random.nextInt(5);
            for (int line = 0; line <= number; line++) {
                assertThat(says.readLine()).isNotNull();
            }
            Thread.sleep(random.nextInt(6), random.nextInt(999_999));
            jvm.destroyForcibly().waitFor();
            eventually(
                    "no group is left, time " + i,
                    () -> named(Cgroup.PREFIX + name).isEmpty());
        }
    }

    private static List<Path> named(String prefix) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Hierarchy hierarchy : Hierarchies.here().all()) {
            for (Path place : List.of(hierarchy.own(), hierarchy.own().getParent(), hierarchy.point())) {
                try (var entries = Files.newDirectoryStream(place, prefix + "*")) {
                    entries.forEach(found::add);
                }
            }
        }
        return found;
    }

    /** Another JVM: it starts and ends containers until it is killed. */
    static final class Jvm {
        public static void main(String[] arguments) {
            CgroupContainers containers = new CgroupContainers(Path.of(arguments[0]), arguments[1]);
            while (true) {
                try (ContainerProcess process = containers.start(containers.cgroup(PAUSABLE), "exit 0", Map.of())) {
                    System.out.println(process.pid());
                    process.await();
                }
            }
        }
    }
}

package boxwright.runtime;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UtsNamespace;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Containers whose directories, names and root file system lie in one directory. */
record Containers(Path directory) {
    static Containers in(Path directory) {
        try {
            Files.createDirectories(directory.resolve("containers"));
            Files.createDirectories(directory.resolve("names"));
            Machine.busyboxRoot(Files.createDirectories(directory.resolve("root")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new Containers(directory);
    }

    Path root() {
        return directory.resolve("root");
    }

    Launcher launcher() {
        return new Launcher(directory);
    }

    Scratch scratch(String id, String name) {
        return new Scratch(
                directory.resolve("containers").resolve(id),
                Optional.of(directory.resolve("names").resolve(name)));
    }

    ContainerPlan plan(Scratch scratch, String... argv) {
        return ContainerPlan.of(
                List.of(
                        new PidNamespace(),
                        new UtsNamespace("box"),
                        new RootFilesystem(scratch.over(root()), KernelFilesystems.asDockerDoes())),
                Program.of(List.of(argv)),
                Optional.of(scratch));
    }

    ContainerProcess start(Scratch scratch, Map<Integer, Descriptor> descriptors, String... argv) {
        ContainerPlan plan = plan(scratch, argv);
        return ContainerProcess.start(launcher(), plan, plan.plan(), descriptors, pid -> {}, reports -> {});
    }

    ContainerProcess start(String id, String... argv) {
        return start(scratch(id, "name-of-" + id), Map.of(), argv);
    }

    ExitStatus run(String... argv) {
        try (ContainerProcess process = start("run", argv)) {
            return process.await();
        }
    }

    StartFailure failure(String... argv) {
        ContainerPlan plan = plan(scratch("failing", "failing"), argv);
        List<Report> seen = new ArrayList<>();
        try (ContainerProcess process = ContainerProcess.start(launcher(), plan, plan.plan(), seen::addAll)) {
            throw new AssertionError("it started: " + process.pid());
        } catch (PlanException e) {
            return StartFailure.of(e, seen);
        }
    }

    Process jvm(int count) throws IOException {
        return new ProcessBuilder(Machine.java(ContainerProcessTest.Jvm.class, directory.toString(), "" + count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    List<String> directories() {
        return entries("containers");
    }

    List<String> names() {
        return entries("names");
    }

    private List<String> entries(String part) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve(part))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return names.stream().sorted().toList();
    }

    /** Processes that have one of our directories among their mounts. */
    List<String> processes() {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (mounts(process).contains(directory.toString())) {
                    found.add(process.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return found;
    }

    private static String mounts(Path process) {
        try {
            return Files.readString(process.resolve("mountinfo"));
        } catch (IOException e) {
            return ""; // It has ended since it was listed.
        }
    }

    void assertEmpty() {
        eventually("directories and names are gone", () -> directories().isEmpty() && names().isEmpty());
        eventually("processes are gone", () -> processes().isEmpty());
        assertThat(mounts(Path.of("/proc/self"))).doesNotContain(directory.toString());
    }
}

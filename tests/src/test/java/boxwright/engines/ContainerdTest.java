package boxwright.engines;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ctr run --runc-binary boxwright-runtime}: containerd with its runc shim, which calls us. */
class ContainerdTest {
    private static final String IMAGE = "localhost/busybox:test";
    /** containerd puts the cgroups of a namespace below its name. */
    private static final String NAMESPACE =
            "boxwright-ctr-" + ProcessHandle.current().pid();

    @TempDir
    static Path directory;

    private static Engine ctr = new Engine(Path.of("/nonexistent"), List.of());
    private static Optional<Process> daemon = Optional.empty();

    @BeforeAll
    static void start() throws IOException {
        Machine.needsRoot();
        Machine.needs("containerd");
        Machine.needs("ctr");
        Machine.needs("podman");
        Path config =
                Files.writeString(directory.resolve("config.toml"), """
                version = 2
                root = "DIRECTORY/root"
                state = "DIRECTORY/state"
                disabled_plugins = ["io.containerd.grpc.v1.cri"]
                [grpc]
                  address = "DIRECTORY/socket"
                [ttrpc]
                  address = "DIRECTORY/ttrpc"
                """.replace("DIRECTORY", directory.toString()));
        daemon = Optional.of(new ProcessBuilder("containerd", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start());
        ctr = new Engine(
                directory,
                List.of("ctr", "--address", directory.resolve("socket").toString(), "-n", NAMESPACE));
        eventually("containerd answers", () -> ctr.run("version").exitCode() == 0);
        ctr.run("image", "import", image().toString()).text();
    }

    /** The layer as an OCI image in a tar file; podman writes one. */
    private static Path image() {
        Path tar = directory.resolve("image.tar");
        Engine podman = Podman.of(directory, Engine.RUNTIME.toString());
        podman.run("import", Engine.layer(directory).toString(), IMAGE).text();
        podman.run("save", "--quiet", "--format", "oci-archive", "--output", tar.toString(), IMAGE)
                .text();
        Podman.end(podman);
        return tar;
    }

    @AfterAll
    static void end() throws Exception {
        if (daemon.isPresent()) {
            Engine.end(daemon.get());
            Machine.removeGroups(NAMESPACE);
            Files.deleteIfExists(Path.of("/run/containerd/runc", NAMESPACE));
        }
    }

    private static Finished run(String name, List<String> flags, String... program) {
        List<String> line =
                new ArrayList<>(List.of("run", "--runc-binary", Engine.RUNTIME.toString(), "--snapshotter", "native"));
        line.addAll(flags);
        line.addAll(List.of(IMAGE, name));
        line.addAll(List.of(program));
        return ctr.run(line.toArray(String[]::new));
    }

    private static String status(String name) {
        return ctr.run("task", "ls")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.replaceAll(".* ", "").strip())
                .findFirst()
                .orElse("none");
    }

    @Test
    void aContainerRunsAndItsExitCodeComesBack() {
        Finished outcome = run("once", List.of("--rm"), "sh", "-c", "echo $$; exit 5");

        assertThat(outcome.out()).isEqualTo("1\n");
        assertThat(outcome.exitCode()).isEqualTo(5);
    }

    @Test
    void aTaskIsExecutedInPausedMeasuredKilledAndDeleted() {
        assertThat(run("served", List.of("--detach", "--memory-limit", "67108864"), "sh", "-c", Engine.SERVER)
                        .exitCode())
                .isZero();
        assertThat(status("served")).isEqualTo("RUNNING");
        Finished exec = ctr.run("task", "exec", "--exec-id", "one", "served", "sh", "-c", "echo $$; exit 3");
        assertThat(exec.out()).matches("[0-9]+\n");
        assertThat(exec.exitCode()).isEqualTo(3);
        ctr.run("task", "pause", "served").text();
        assertThat(status("served")).isEqualTo("PAUSED");
        ctr.run("task", "resume", "served").text();
        assertThat(status("served")).isEqualTo("RUNNING");
        assertThat(ctr.run("task", "metrics", "served").text()).contains("memory");
        assertThat(ctr.run("task", "ps", "served").text()).matches("(?s)PID.*[0-9]+.*");
        ctr.run("task", "kill", "--signal", "TERM", "served").text();
        eventually("it ends", () -> status("served").equals("STOPPED"));
        assertThat(ctr.run("task", "delete", "served").err()).contains("exit code 7");
        ctr.run("container", "delete", "served").text();
        assertThat(ctr.run("container", "ls", "-q").text()).isEmpty();
    }

    @Test
    void whatTheRuntimeComplainsAboutReachesTheCaller() {
        Finished outcome = run("wrong", List.of("--rm"), "no-such-program");

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.err()).contains("no-such-program").contains("executable file not found");
    }

    /** As Kubernetes does it where {@code SystemdCgroup} is true. */
    @Test
    void itsContainerIsInAScopeOfSystemd() {
        Machine.needsSystemd();
        List<String> flags = List.of(
                "--detach",
                "--runc-systemd-cgroup",
                "--cgroup",
                "boxwright-pod.slice:ctr:scoped",
                "--memory-limit",
                "67108864");
        assertThat(run("scoped", flags, "sh", "-c", Engine.SERVER).err()).isEmpty();

        assertThat(Machine.run("systemctl", "show", "--property", "ControlGroup,MemoryMax", "ctr-scoped.scope")
                        .output()
                        .lines())
                .containsExactlyInAnyOrder(
                        "ControlGroup=/boxwright.slice/boxwright-pod.slice/ctr-scoped.scope", "MemoryMax=67108864");
        assertThat(ctr.run("task", "metrics", "scoped").text()).contains("memory");
        ctr.run("task", "kill", "--signal", "TERM", "scoped").text();
        eventually("it ends", () -> status("scoped").equals("STOPPED"));
        ctr.run("task", "delete", "scoped");
        ctr.run("container", "delete", "scoped").text();
        assertThat(Machine.run("systemctl", "is-active", "ctr-scoped.scope").output())
                .contains("inactive");
    }
}

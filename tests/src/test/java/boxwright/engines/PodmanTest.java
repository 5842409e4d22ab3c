package boxwright.engines;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code podman --runtime boxwright-runtime}, with conmon, as root. */
class PodmanTest {
    private static final String IMAGE = "localhost/busybox:test";
    private static final String GROUP =
            "boxwright-podman-" + ProcessHandle.current().pid();

    @TempDir
    static Path directory;

    private static Engine podman = new Engine(Path.of("/nonexistent"), List.of());

    @BeforeAll
    static void start() {
        Machine.needsRoot();
        Machine.needs("podman");
        Machine.needs("conmon");
        podman = Podman.of(directory, Engine.RUNTIME.toString());
        podman.run("import", Engine.layer(directory).toString(), IMAGE).text();
    }

    @AfterAll
    static void end() throws Exception {
        if (!podman.client().isEmpty()) {
            Podman.end(podman);
            Machine.removeGroups(GROUP);
        }
    }

    private static Finished start(String... words) {
        List<String> line = new ArrayList<>(List.of("run", "--network", "none", "--cgroup-parent", "/" + GROUP));
        line.addAll(List.of(words));
        return podman.run(line.toArray(String[]::new));
    }

    private static Finished server(String name, String... flags) {
        List<String> line = new ArrayList<>(List.of("--detach", "--name", name));
        line.addAll(List.of(flags));
        line.addAll(List.of(IMAGE, "sh", "-c", Engine.SERVER));
        Finished outcome = start(line.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        eventually("it is up", () -> podman.run("logs", name).out().contains("up"));
        return outcome;
    }

    @Test
    void aContainerRunsAndItsExitCodeComesBack() {
        assertThat(start("--rm", IMAGE, "sh", "-c", "echo $$; exit 5")).satisfies(outcome -> {
            assertThat(outcome.out()).isEqualTo("1\n");
            assertThat(outcome.exitCode()).isEqualTo(5);
        });
        assertThat(start("--rm", IMAGE, "no-such-program").exitCode()).isEqualTo(127);
        assertThat(start("--rm", IMAGE, "/bin").exitCode()).isEqualTo(126);
    }

    @Test
    void itIsUsedEveryDay() {
        server("daily", "--memory", "64m", "--pids-limit", "50");

        assertThat(podman.run("inspect", "--format", "{{.OCIRuntime}}", "daily").text())
                .isEqualTo(Engine.RUNTIME.toString());
        assertThat(podman.run("exec", "daily", "sh", "-c", "echo $PPID; exit 3").exitCode())
                .isEqualTo(3);
        assertThat(podman.run("exec", "--user", "12:34", "daily", "sh", "-c", "cat /proc/self/status")
                        .text())
                .contains("Uid:\t12\t12");
        assertThat(podman.inTerminal("exec -it daily sh -c 'test -t 0 && echo a terminal'")
                        .out())
                .contains("a terminal");
        assertThat(podman.run("top", "daily").text()).contains("sh -c trap");
        assertThat(podman.run("stats", "--no-stream", "--format", "{{.PIDs}}", "daily")
                        .text())
                .matches("[1-9]");
        podman.run("pause", "daily").text();
        assertThat(podman.run("inspect", "--format", "{{.State.Status}}", "daily")
                        .text())
                .isEqualTo("paused");
        podman.run("unpause", "daily").text();
        podman.run("stop", "--time", "5", "daily").text();
        assertThat(podman.run("inspect", "--format", "{{.State.ExitCode}}", "daily")
                        .text())
                .isEqualTo("7");
        podman.run("start", "daily").text();
        podman.run("kill", "daily").text();
        podman.run("rm", "--force", "daily").text();
        assertThat(podman.run("ps", "--all", "--quiet", "--filter", "name=daily")
                        .text())
                .isEmpty();
    }

    @Test
    void aLimitIsFelt() {
        Finished outcome = start("--rm", "--memory", "32m", IMAGE, "sh", "-c", "busybox tail /dev/zero");

        assertThat(outcome.exitCode()).isEqualTo(137);
    }

    @Test
    void healthIsAskedFor() {
        server("healthy", "--health-cmd", "true", "--health-interval", "disable");
        assertThat(podman.run("healthcheck", "run", "healthy").exitCode()).isZero();
        podman.run("rm", "--force", "healthy").text();
        server("sick", "--health-cmd", "false", "--health-interval", "disable");
        assertThat(podman.run("healthcheck", "run", "sick").exitCode()).isEqualTo(1);
        podman.run("rm", "--force", "sick").text();
    }

    @Test
    void anotherJoinsTheNamespacesOfTheFirst() {
        server("first", "--hostname", "shared");

        assertThat(start(
                                "--rm",
                                "--pid",
                                "container:first",
                                "--uts",
                                "container:first",
                                IMAGE,
                                "sh",
                                "-c",
                                "cat /proc/1/cmdline; hostname")
                        .text())
                .contains("trap")
                .endsWith("shared");
        podman.run("rm", "--force", "first").text();
    }

    /** The usual thing where systemd runs; Podman asks it over D-Bus. */
    @Test
    void itsContainerIsInAScopeOfSystemd() {
        Machine.needsSystemd();
        assertThat(Machine.run("systemctl", "start", "dbus.service").exitCode()).isZero();
        String[] words = {
            "--cgroup-manager", "systemd", "run", "--detach", "--name", "scoped", "--network", "none", "--memory", "64m"
        };
        List<String> line = new ArrayList<>(List.of(words));
        line.addAll(List.of(IMAGE, "sh", "-c", Engine.SERVER));
        String id = podman.run(line.toArray(String[]::new)).text();
        eventually("it is up", () -> podman.run("logs", "scoped").out().contains("up"));

        assertThat(Machine.run("systemctl", "show", "--property", "ControlGroup,MemoryMax", "libpod-" + id + ".scope")
                        .output()
                        .lines())
                .containsExactlyInAnyOrder("ControlGroup=/machine.slice/libpod-" + id + ".scope", "MemoryMax=67108864");
        assertThat(podman.run("exec", "scoped", "sh", "-c", "exit 3").exitCode())
                .isEqualTo(3);
        assertThat(podman.run("--cgroup-manager", "systemd", "rm", "--force", "--time", "5", "scoped")
                        .exitCode())
                .isZero();
        assertThat(Machine.run("systemctl", "is-active", "libpod-" + id + ".scope")
                        .output())
                .contains("inactive");
    }
}

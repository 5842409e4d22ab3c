package boxwright.engines;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** dockerd with {@code boxwright-runtime} as its default runtime, and Docker Swarm upon it. */
class DockerTest {
    private static final String IMAGE = "busybox:test";
    private static final String NEXT = "busybox:next";
    private static final String GROUP =
            "boxwright-docker-" + ProcessHandle.current().pid();

    @TempDir
    static Path directory;

    private static Optional<Dockerd> daemon = Optional.empty();
    private static Engine docker = new Engine(Path.of("/nonexistent"), List.of());

    @BeforeAll
    static void start() throws IOException {
        Dockerd started = Dockerd.start(directory, Engine.RUNTIME, GROUP);
        daemon = Optional.of(started);
        docker = started.client();
        docker.run("import", Engine.layer(directory).toString(), IMAGE).text();
    }

    @AfterAll
    static void end() throws Exception {
        if (daemon.isPresent()) {
            docker.run("swarm", "leave", "--force");
            daemon.get().end();
        }
    }

    private static String inspect(String format, String name) {
        return docker.run("inspect", "--format", format, name).text();
    }

    @Test
    void itsDefaultRuntimeIsOursAndAContainersExitCodeComesBack() {
        assertThat(docker.run("info", "--format", "{{.DefaultRuntime}}").text()).isEqualTo(Dockerd.RUNTIME);
        Finished outcome = docker.run("run", "--rm", IMAGE, "sh", "-c", "echo $$; exit 5");
        assertThat(outcome.out()).isEqualTo("1\n");
        assertThat(outcome.exitCode()).isEqualTo(5);
        assertThat(docker.run("run", "--rm", IMAGE, "no-such-program").exitCode())
                .isEqualTo(127);
        assertThat(docker.run("run", "--rm", IMAGE, "/bin").exitCode()).isEqualTo(126);
    }

    @Test
    void itIsUsedEveryDay() {
        docker.run("run", "--detach", "--name", "daily", IMAGE, "sh", "-c", Engine.SERVER)
                .text();
        eventually("it is up", () -> docker.run("logs", "daily").out().equals("up\n"));

        assertThat(inspect("{{.HostConfig.Runtime}}", "daily")).isEqualTo(Dockerd.RUNTIME);
        assertThat(docker.run("exec", "daily", "sh", "-c", "exit 3").exitCode()).isEqualTo(3);
        assertThat(docker.run(
                                "exec",
                                "--user",
                                "12:34",
                                "--workdir",
                                "/bin",
                                "--env",
                                "A=b",
                                "daily",
                                "sh",
                                "-c",
                                "pwd; echo $A")
                        .text())
                .isEqualTo("/bin\nb");
        assertThat(docker.inTerminal("exec -it daily sh -c 'test -t 0 && echo a terminal'")
                        .out())
                .contains("a terminal");
        assertThat(docker.run("top", "daily").text()).contains("sh -c trap");
        assertThat(docker.run("stats", "--no-stream", "--format", "{{.PIDs}}", "daily")
                        .text())
                .matches("[1-9]");
        docker.run("update", "--memory", "64m", "--memory-swap", "64m", "daily").text();
        assertThat(docker.run(
                                "exec",
                                "daily",
                                "cat",
                                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                                "/sys/fs/cgroup/memory.max")
                        .out())
                .isEqualTo("67108864\n");
        docker.run("pause", "daily").text();
        assertThat(inspect("{{.State.Status}}", "daily")).isEqualTo("paused");
        docker.run("unpause", "daily").text();
        docker.run("stop", "--time", "5", "daily").text();
        assertThat(inspect("{{.State.ExitCode}}", "daily")).isEqualTo("7");
        docker.run("start", "daily").text();
        docker.run("kill", "daily").text();
        docker.run("rm", "--force", "daily").text();
    }

    /** The usual thing where systemd runs, on cgroup version 2. */
    @Test
    void itsContainerIsInAScopeOfSystemd() {
        Machine.needsSystemd();
        assertThat(docker.run("info", "--format", "{{.CgroupDriver}}").text()).isEqualTo("systemd");
        String[] words = {"run", "--detach", "--name", "scoped", "--memory", "64m", IMAGE, "sh", "-c", Engine.SERVER};
        String id = docker.run(words).text();
        eventually("it is up", () -> docker.run("logs", "scoped").out().equals("up\n"));

        assertThat(shown(id, "MemoryMax")).isEqualTo("67108864");
        assertThat(shown(id, "Slice")).isEqualTo(GROUP + ".slice");
        assertThat(docker.run("exec", "scoped", "cat", "/proc/self/cgroup", "/sys/fs/cgroup/memory.max")
                        .text())
                .isEqualTo("0::/\n67108864");
        docker.run("update", "--memory", "32m", "--memory-swap", "32m", "scoped")
                .text();
        assertThat(shown(id, "MemoryMax")).isEqualTo("33554432");
        docker.run("rm", "--force", "scoped").text();
        assertThat(shown(id, "LoadState")).isEqualTo("not-found");
    }

    private static String shown(String id, String property) {
        return Machine.run("systemctl", "show", "--value", "--property", property, "docker-" + id + ".scope")
                .output()
                .strip();
    }

    @Test
    void itsFlagsMeanWhatTheyMean() {
        assertThat(docker.run(
                                "run",
                                "--rm",
                                "--read-only",
                                "--tmpfs",
                                "/t",
                                "--cap-drop",
                                "ALL",
                                "--user",
                                "5:6",
                                "--hostname",
                                "named",
                                "--volume",
                                "/usr:/host:ro",
                                IMAGE,
                                "sh",
                                "-c",
                                "hostname; echo $(cat /proc/self/status | busybox grep -E 'Uid|CapEff'); ls -d /host/bin;"
                                        + " echo x >/x; echo x >/host/x; echo x >/t/x && echo tmpfs")
                        .out()
                        .lines())
                .containsExactly("named", "Uid: 5 5 5 5 CapEff: 0000000000000000", "/host/bin", "tmpfs");
        assertThat(docker.inTerminal("run --rm -it " + IMAGE + " sh -c 'test -t 0 && echo a terminal'")
                        .out())
                .contains("a terminal");
    }

    @Test
    void itStartsAgainWhatHasFailed() {
        docker.run("run", "--detach", "--name", "failing", "--restart", "on-failure:2", IMAGE, "sh", "-c", "exit 3")
                .text();

        eventually(
                "it has been started again",
                () -> inspect("{{.RestartCount}} {{.State.Status}}", "failing").equals("2 exited"));
        docker.run("rm", "--force", "failing").text();
    }

    @Test
    void aLimitIsFeltAndToldOf() {
        Finished outcome = docker.run(
                "run",
                "--name",
                "hungry",
                "--memory",
                "32m",
                "--memory-swap",
                "32m",
                IMAGE,
                "sh",
                "-c",
                "busybox tail /dev/zero");

        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(inspect("{{.State.OOMKilled}}", "hungry")).isEqualTo("true");
        docker.run("rm", "hungry").text();
    }

    /** This kernel may have no IPVS, so no network of the swarm's own: the tasks have the host's. */
    @Test
    void aSwarmKeepsItsReplicasRunning() {
        docker.run("swarm", "init", "--advertise-addr", "127.0.0.1").text();
        docker.run(
                        "service",
                        "create",
                        "--detach",
                        "--name",
                        "web",
                        "--network",
                        "host",
                        "--endpoint-mode",
                        "dnsrr",
                        "--replicas",
                        "2",
                        "--restart-delay",
                        "0s",
                        "--stop-grace-period",
                        "2s",
                        IMAGE,
                        "sh",
                        "-c",
                        Engine.SERVER)
                .text();
        eventually("two replicas", () -> replicas().equals("2/2"));
        docker.run("service", "scale", "--detach", "web=3").text();
        eventually("three replicas", () -> replicas().equals("3/3"));

        List<String> three = docker.run("ps", "--quiet").text().lines().toList();
        docker.run("kill", three.getFirst()).text();
        eventually(
                "another one in its place",
                () -> replicas().equals("3/3")
                        && !docker.run("ps", "--quiet").text().contains(three.getFirst()));

        docker.run("service", "update", "--detach", "--env-add", "VERSION=2", "--update-parallelism", "3", "web")
                .text();
        eventually("all are of the new version", () -> versions().equals("VERSION=2 VERSION=2 VERSION=2"));
        docker.run(
                        "import",
                        "--change",
                        "ENV NEXT=yes",
                        directory.resolve("layer.tar").toString(),
                        NEXT)
                .text();
        docker.run("service", "update", "--detach", "--image", NEXT, "--update-parallelism", "1", "web")
                .text();
        eventually("each has the next image", () -> images().equals(List.of(NEXT, NEXT, NEXT)));
        docker.run("service", "scale", "--detach", "web=1").text();
        eventually(
                "one replica", () -> docker.run("ps", "--quiet").text().lines().count() == 1);
        docker.run("service", "rm", "web").text();
        eventually("none", () -> docker.run("ps", "--quiet").text().isEmpty());
        docker.run("swarm", "leave", "--force").text();
    }

    private static String replicas() {
        return docker.run("service", "ls", "--format", "{{.Replicas}}").text();
    }

    private static List<String> images() {
        return docker.run("ps", "--format", "{{.Image}}").text().lines().toList();
    }

    private static String versions() {
        StringBuilder versions = new StringBuilder();
        for (String id : docker.run("ps", "--quiet").text().lines().toList()) {
            Finished told = docker.run("exec", id, "sh", "-c", "echo VERSION=$VERSION");
            versions.append(versions.isEmpty() ? "" : " ").append(told.out().strip());
        }
        return versions.toString();
    }
}

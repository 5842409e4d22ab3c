package boxwright.engines;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What users of Docker type every day, at a daemon with Debian's runc and at one with our runtime: exit codes and outputs are
 * the same.
 */
class DockerDailyCommandsTest {
    private static final String IMAGE = "busybox:test";
    private static final String GROUP =
            "boxwright-docker-day-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Engine docker = new Engine(Path.of("/nonexistent"), List.of());
    private Diary diary = new Diary(docker);

    @Test
    void sixtyCommandsDoAsTheyDoWithRunc() throws Exception {
        List<String> seen = sameAsWithRunc(own -> {
            programs();
            flags(own);
            aLife(own);
            images(own);
            volumes();
        });

        assertThat(seen).hasSizeGreaterThan(60);
        assertThat(seen.stream().filter(line -> line.contains("\n  = 0\n"))).hasSizeGreaterThan(50);
    }

    @Test
    void aComposeFileDoesAsItDoesWithRunc() throws Exception {
        Machine.needs("docker-compose");

        assertThat(sameAsWithRunc(this::compose)).allMatch(line -> line.contains("\n  = 0\n"));
    }

    /** What is typed on one day. */
    private interface Day {
        void with(Path own) throws IOException;
    }

    private List<String> sameAsWithRunc(Day day) throws Exception {
        Machine.needsRoot();
        List<String> runc = seen(day, Path.of(Machine.needs("runc")), "runc");
        List<String> ours = seen(day, Engine.RUNTIME, "ours");
        assertThat(ours).containsExactlyElementsOf(runc);
        return runc;
    }

    private List<String> seen(Day day, Path runtime, String name) throws Exception {
        Path own = Files.createDirectories(directory.resolve(name).resolve("day"));
        Dockerd daemon = Dockerd.start(own, runtime, GROUP);
        try {
            docker = daemon.client();
            diary = new Diary(docker);
            docker.run("import", Engine.layer(own).toString(), IMAGE).text();
            day.with(own);
            return diary.seen();
        } finally {
            daemon.end();
        }
    }

    private void run(String... words) {
        List<String> line = new ArrayList<>(List.of("run", "--rm", "--network", "none"));
        line.addAll(List.of(words));
        diary.types(line);
    }

    private void programs() {
        run(IMAGE, "true");
        run(IMAGE, "sh", "-c", "echo $$; echo err >&2; exit 7");
        run(IMAGE, "no-such-program");
        run(IMAGE, "/bin");
        run(IMAGE, "sh", "-c", "kill -9 $$");
        diary.inTerminal(
                "run -it",
                "run --rm -it --network none " + IMAGE + " sh -c 'test -t 0 && test -c /dev/console && exit 42'");
    }

    /** Without {@code --privileged}: where root lacks a capability, runc gives all or none, and ours those that are there. */
    private void flags(Path own) throws IOException {
        String status = "busybox grep -E 'Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:' /proc/self/status";
        Path host = Files.createDirectory(own.resolve("host"));
        Files.writeString(host.resolve("file"), "from the host");
        String[][] all = {
            {IMAGE, "sh", "-c", status},
            {"--user", "12:34", IMAGE, "sh", "-c", status},
            {"--cap-drop", "ALL", "--cap-add", "CHOWN", IMAGE, "sh", "-c", status},
            {"--security-opt", "no-new-privileges", IMAGE, "sh", "-c", status},
            {"--security-opt", "seccomp=unconfined", IMAGE, "sh", "-c", status},
            {"--read-only", IMAGE, "touch", "/x"},
            {"--tmpfs", "/t:size=1m,mode=700", IMAGE, "busybox", "grep", " /t ", "/proc/self/mounts"},
            {"--volume", host + ":/data:ro", IMAGE, "sh", "-c", "cat /data/file; touch /data/x"},
            {"--mount", "type=bind,source=" + host + ",target=/data", IMAGE, "cat", "/data/file"},
            {"--env", "A=b", "--workdir", "/bin", IMAGE, "sh", "-c", "echo $A; pwd"},
            {"--hostname", "named", IMAGE, "sh", "-c", "hostname; cat /etc/hostname"},
            {"--domainname", "example.org", IMAGE, "cat", "/proc/sys/kernel/domainname"},
            {"--init", IMAGE, "sh", "-c", "cat /proc/1/comm"},
            {"--pids-limit", "12", IMAGE, "cat", "/sys/fs/cgroup/pids/pids.max"},
            {"--memory", "64m", IMAGE, "cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes"},
            {"--cpus", "0.5", IMAGE, "cat", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"},
            {"--cpu-shares", "99", IMAGE, "cat", "/sys/fs/cgroup/cpu/cpu.shares"},
            {"--cpuset-cpus", "0", IMAGE, "busybox", "grep", "Cpus_allowed_list", "/proc/self/status"},
            {"--device", "/dev/null:/dev/other", IMAGE, "stat", "-c", "%t:%T", "/dev/other"},
            {"--device-cgroup-rule", "c 1:3 r", IMAGE, "busybox", "grep", "c 1:3", "/sys/fs/cgroup/devices/devices.list"
            },
            {"--sysctl", "net.ipv4.ip_forward=1", IMAGE, "cat", "/proc/sys/net/ipv4/ip_forward"},
            {"--ulimit", "nofile=99:100", IMAGE, "sh", "-c", "ulimit -n; ulimit -Hn"},
            {"--shm-size", "2m", IMAGE, "busybox", "df", "-k", "/dev/shm"},
            {"--ipc", "host", IMAGE, "sh", "-c", "test -d /dev/shm"},
            {"--ipc", "none", IMAGE, "sh", "-c", "test -d /dev/shm"},
            {"--pid", "host", IMAGE, "sh", "-c", "test $$ != 1"},
            {"--uts", "host", IMAGE, "sh", "-c", "test \"$(hostname)\""},
            {"--group-add", "77", IMAGE, "id", "-G"},
            {"--entrypoint", "/bin/busybox", IMAGE, "echo", "entered"},
            {"--oom-score-adj", "200", IMAGE, "cat", "/proc/self/oom_score_adj"},
            {"--cgroup-parent", "/" + GROUP + "/deep", IMAGE, "true"},
        };
        for (String[] flags : all) {
            run(flags);
        }
    }

    private void aLife(Path own) throws IOException {
        String[] server = {"--network", "none", "--name", "daily", IMAGE, "sh", "-c", Engine.SERVER};
        List<String> line = new ArrayList<>(List.of("run", "--detach", "--stop-signal", "TERM"));
        line.addAll(List.of(server));
        diary.types(line);
        eventually("it is up", () -> docker.run("logs", "daily").out().contains("up"));
        diary.types("logs", "daily");
        diary.types("inspect", "--format", "{{.State.Status}} {{.State.Running}}", "daily");
        diary.types("exec", "daily", "sh", "-c", "exit 3");
        diary.types(
                "exec", "--user", "1:2", "--workdir", "/bin", "--env", "A=b", "daily", "sh", "-c", "id; pwd; echo $A");
        diary.fails("exec", "daily", "no-such-program");
        diary.fails("exec", "daily", "/bin");
        diary.inTerminal("exec -it", "exec -it daily sh -c 'test -t 0 && exit 42'");
        diary.types("exec", "--detach", "daily", "touch", "/made");
        eventually(
                "it is made", () -> docker.run("exec", "daily", "stat", "/made").exitCode() == 0);
        diary.sorted("diff", "daily");
        Path copied = Files.writeString(own.resolve("copied"), "copied in\n");
        docker.run("cp", copied.toString(), "daily:/copied").text();
        diary.types("exec", "daily", "cat", "/copied");
        docker.run("cp", "daily:/copied", own.resolve("back").toString()).text();
        assertThat(own.resolve("back")).hasContent("copied in");
        diary.types("top", "daily", "-o", "args");
        diary.types("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "daily");
        diary.types("pause", "daily");
        diary.types("ps", "--format", "{{.Names}} {{.Status}}", "--filter", "status=paused", "--quiet");
        diary.types("exec", "daily", "true");
        diary.types("unpause", "daily");
        diary.types("update", "--pids-limit", "77", "--memory", "64m", "--memory-swap", "64m", "daily");
        diary.types("exec", "daily", "cat", "/sys/fs/cgroup/pids/pids.max");
        diary.restsAndGoesOn("daily", "nightly");
        diary.types("commit", "nightly", "committed");
        diary.types("rm", "nightly");
        run("committed", "cat", "/copied");
        diary.types("create", "--network", "none", "--name", "later", IMAGE, "echo", "started later");
        diary.types("start", "--attach", "later");
        diary.types("container", "prune", "--force");
        diary.types("ps", "--all", "--quiet");
    }

    /** A build runs its commands in containers of the daemon's default runtime. */
    private void images(Path own) throws IOException {
        Path context = Files.createDirectory(own.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM %s
                RUN echo built >/built && mkdir /home && touch /home/a
                USER 12:34
                RUN id -u
                CMD ["cat", "/built"]
                """.formatted(IMAGE));
        diary.types("build", "--quiet", "--network", "none", "--tag", "built", context.toString());
        run("built");
        run("built", "id");
        diary.types("images", "--format", "{{.Repository}}", "built");
        diary.types("rmi", "built:latest", "committed:latest");
    }

    private void volumes() {
        diary.types("volume", "create", "kept");
        run("--volume", "kept:/kept", IMAGE, "sh", "-c", "echo stays >/kept/file");
        run("--volume", "kept:/kept", IMAGE, "cat", "/kept/file");
        diary.types("volume", "rm", "kept");
    }

    /** The client of Debian that reads a compose file. */
    private void compose(Path own) throws IOException {
        Engine client = new Engine(own, List.of("docker-compose", "--host", "unix://" + own.resolve("socket")));
        Files.writeString(own.resolve("docker-compose.yml"), """
                version: "2.4"
                services:
                  store:
                    image: %s
                    network_mode: none
                    volumes: ["shared:/shared"]
                    command: ["sh", "-c", "echo stored >/shared/it; trap 'exit 0' TERM; while :; do sleep 0.1; done"]
                    healthcheck: {test: ["CMD", "cat", "/shared/it"], interval: 1s}
                  asks:
                    image: %s
                    network_mode: none
                    volumes: ["shared:/shared:ro"]
                    command: ["cat", "/shared/it"]
                    depends_on: {store: {condition: service_healthy}}
                volumes: {shared: {}}
                """.formatted(IMAGE, IMAGE));
        diary = new Diary(client);
        diary.types("up", "--detach");
        eventually(
                "asks has ended",
                () -> !client.run("logs", "--no-color", "asks").out().isBlank()
                        && client.run("ps", "--services", "--filter", "status=running")
                                .out()
                                .equals("store\n"));
        diary.types("logs", "--no-color", "asks");
        diary.types("ps", "--services", "--filter", "status=running");
        diary.types("exec", "-T", "store", "cat", "/shared/it");
        diary.types("stop", "--timeout", "5");
        diary.types("down", "--volumes");
    }
}

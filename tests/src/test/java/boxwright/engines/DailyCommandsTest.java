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
 * What users of Podman type every day, with Debian's runc and with our runtime: exit codes and outputs are the same. Numbers
 * that differ from run to run are taken out.
 */
class DailyCommandsTest {
    private static final String IMAGE = "localhost/busybox:test";
    private static final String GROUP =
            "boxwright-daily-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private Engine podman = new Engine(Path.of("/nonexistent"), List.of());
    private Diary diary = new Diary(podman);

    private void run(String... words) {
        List<String> line = new ArrayList<>(List.of("run", "--cgroup-parent", "/" + GROUP));
        line.addAll(List.of(words));
        diary.types(line);
    }

    @Test
    void fortyCommandsDoAsTheyDoWithRunc() throws Exception {
        Machine.needsRoot();
        Machine.needs("podman");
        Machine.needs("conmon");
        List<String> runc = day(Machine.needs("runc"));
        List<String> ours = day(Engine.RUNTIME.toString());

        assertThat(runc).hasSizeGreaterThan(40);
        assertThat(ours).containsExactlyElementsOf(runc);
        assertThat(runc.stream().filter(line -> line.contains("\n  = 0\n"))).hasSizeGreaterThan(30);
    }

    private List<String> day(String runtime) throws Exception {
        // podman takes no longer path for its runroot.
        Path own = Files.createDirectory(directory.resolve(runtime.endsWith("/runc") ? "runc" : "ours"));
        podman = Podman.of(own, runtime);
        diary = new Diary(podman);
        try {
            podman.run("import", Engine.layer(own).toString(), IMAGE).text();
            programs();
            flags(own);
            aLife(own);
            aPod(own);
            return diary.seen();
        } finally {
            Podman.end(podman);
            Machine.removeGroups(GROUP);
        }
    }

    private void programs() {
        run("--rm", "--network", "none", IMAGE, "true");
        run("--rm", "--network", "none", IMAGE, "sh", "-c", "echo $$; echo err >&2; exit 7");
        run("--rm", "--network", "none", IMAGE, "no-such-program");
        run("--rm", "--network", "none", IMAGE, "/bin");
        run("--rm", "--network", "none", IMAGE, "sh", "-c", "kill -9 $$");
        diary.inTerminal(
                "run -it",
                "run --rm -it --network none --cgroup-parent /" + GROUP + " " + IMAGE
                        + " sh -c 'test -t 0 && test -c /dev/console && exit 42'");
    }

    private void flags(Path own) throws IOException {
        String status = "busybox grep -E 'Uid|Gid|Groups|Cap|NoNewPrivs|Seccomp:' /proc/self/status";
        Path host = Files.createDirectory(own.resolve("host"));
        Files.writeString(host.resolve("file"), "from the host");
        String[][] all = {
            {"--user", "12:34", IMAGE, "sh", "-c", status},
            {"--cap-drop", "ALL", "--cap-add", "CHOWN", IMAGE, "sh", "-c", status},
            {"--privileged", IMAGE, "sh", "-c", status},
            {"--security-opt", "no-new-privileges", IMAGE, "sh", "-c", status},
            {"--security-opt", "seccomp=unconfined", IMAGE, "sh", "-c", status},
            {"--read-only", IMAGE, "touch", "/x"},
            {"--tmpfs", "/t:size=1m,mode=700", IMAGE, "busybox", "grep", " /t ", "/proc/self/mounts"},
            {"--volume", host + ":/data:ro", IMAGE, "sh", "-c", "cat /data/file; touch /data/x"},
            {"--env", "A=b", "--workdir", "/bin", IMAGE, "sh", "-c", "echo $A; pwd"},
            {"--hostname", "named", IMAGE, "sh", "-c", "hostname; cat /etc/hostname"},
            {"--init", IMAGE, "sh", "-c", "cat /proc/1/comm"},
            {"--pids-limit", "12", IMAGE, "cat", "/sys/fs/cgroup/pids/pids.max"},
            {"--memory", "64m", IMAGE, "cat", "/sys/fs/cgroup/memory/memory.limit_in_bytes"},
            {"--cpus", "0.5", IMAGE, "cat", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us"},
            {"--device", "/dev/null:/dev/other", IMAGE, "stat", "-c", "%t:%T", "/dev/other"},
            {"--sysctl", "net.ipv4.ip_forward=1", IMAGE, "cat", "/proc/sys/net/ipv4/ip_forward"},
            {"--shm-size", "2m", IMAGE, "busybox", "df", "-k", "/dev/shm"},
            {"--ipc", "host", IMAGE, "sh", "-c", "test -d /dev/shm"},
            {"--pid", "host", IMAGE, "sh", "-c", "test $$ != 1"},
            {"--group-add", "77", IMAGE, "id", "-G"},
            {"--umask", "0077", IMAGE, "sh", "-c", "umask"},
            {"--entrypoint", "/bin/busybox", IMAGE, "echo", "entered"},
            {"--oom-score-adj", "200", IMAGE, "cat", "/proc/self/oom_score_adj"},
        };
        for (String[] flags : all) {
            List<String> line = new ArrayList<>(List.of("--rm", "--network", "none"));
            line.addAll(List.of(flags));
            run(line.toArray(String[]::new));
        }
    }

    private void aLife(Path own) throws IOException {
        run("--detach", "--network", "none", "--name", "daily", IMAGE, "sh", "-c", Engine.SERVER);
        eventually("it is up", () -> podman.run("logs", "daily").out().contains("up"));
        diary.types("logs", "daily");
        diary.types("inspect", "--format", "{{.State.Status}} {{.State.Running}}", "daily");
        diary.types("exec", "daily", "sh", "-c", "exit 3");
        diary.types(
                "exec", "--user", "1:2", "--workdir", "/bin", "--env", "A=b", "daily", "sh", "-c", "id; pwd; echo $A");
        diary.types("exec", "daily", "no-such-program");
        diary.inTerminal("exec -it", "exec -it daily sh -c 'test -t 0 && exit 42'");
        diary.types("exec", "--detach", "daily", "touch", "/made");
        eventually(
                "it is made", () -> podman.run("exec", "daily", "stat", "/made").exitCode() == 0);
        diary.sorted("diff", "daily");
        Path copied = Files.writeString(own.resolve("copied"), "copied in\n");
        podman.run("cp", copied.toString(), "daily:/copied").text();
        diary.types("exec", "daily", "cat", "/copied");
        diary.types("top", "daily", "args");
        diary.types("stats", "--no-stream", "--format", "{{.Name}}", "daily");
        diary.types("pause", "daily");
        diary.types("ps", "--format", "{{.Names}} {{.State}}");
        diary.types("exec", "daily", "true");
        diary.types("unpause", "daily");
        diary.types("update", "--pids-limit", "77", "daily");
        diary.restsAndGoesOn("daily", "nightly");
        diary.types("commit", "--quiet", "nightly", "localhost/committed");
        diary.types("rm", "nightly");
        run("--rm", "--network", "none", "localhost/committed", "cat", "/copied");
        diary.types("ps", "--all", "--quiet");
    }

    /** Two containers that share a network and a host name. */
    private void aPod(Path own) {
        podman.run(
                        "import",
                        "--change",
                        "ENTRYPOINT [\"/bin/busybox\", \"sleep\", \"1000\"]",
                        own.resolve("layer.tar").toString(),
                        "localhost/pause")
                .text();
        String[] pod = {"pod", "create", "--name", "pod", "--network", "none", "--infra-image", "localhost/pause"};
        List<String> line = new ArrayList<>(List.of(pod));
        line.addAll(List.of("--share", "net,uts,ipc", "--cgroup-parent", "/" + GROUP));
        diary.types(line);
        String server = "echo from one >/x; busybox httpd -f -p 127.0.0.1:8080 -h /";
        String[] asks = {"busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8080/x"};
        diary.types("run", "--detach", "--pod", "pod", "--name", "one", IMAGE, "sh", "-c", server);
        eventually(
                "one listens",
                () -> podman.run("exec", "one", asks[0], asks[1], asks[2], asks[3], asks[4], asks[5])
                                .exitCode()
                        == 0);
        List<String> other = new ArrayList<>(List.of("run", "--rm", "--pod", "pod", IMAGE));
        other.addAll(List.of(asks));
        diary.types(other);
        diary.types("pod", "ps", "--format", "{{.Name}} {{.Status}}");
        diary.types("pod", "stop", "--time", "1", "pod");
        diary.types("pod", "rm", "pod");
    }
}

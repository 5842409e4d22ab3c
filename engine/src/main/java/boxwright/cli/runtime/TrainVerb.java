package boxwright.cli.runtime;

import boxwright.kernel.Launch;
import boxwright.runtime.oci.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code train}, which no help lists: a container from its beginning to its end in one JVM, so that this one can write down
 * what the others will need (the AOT cache of {@code bin/start.sh}).
 */
final class TrainVerb implements Verb {
    private static final long A_WHILE_NANOS = 1_000_000;

    /** As engines write it, with what they ask for every time; the filter has each kind of condition of Docker's profile. */
    private static final String USUAL = """
            {"ociVersion": "1.3.0", "root": {"path": "rootfs"}, "hostname": "train",
             "annotations": {"org.example": "train"},
             "process": {"terminal": false, "args": ["sleep", "60"], "cwd": "/", "user": {"uid": 0, "gid": 0},
              "noNewPrivileges": true, "oomScoreAdj": 0, "env": ["PATH=/usr/bin:/bin"],
              "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
              "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"]}},
             "mounts": [
              {"destination": "/proc", "type": "proc", "source": "proc"},
              {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
              {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
               "options": ["newinstance", "ptmxmode=0666"]},
              {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue"},
              {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"]},
              {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]},
              MOUNTS],
             "hooks": {"prestart": [{"path": "/bin/sh", "args": ["sh", "-c", ":"]}],
              "poststop": [{"path": "/bin/sh", "args": ["sh", "-c", ":"]}]},
             "linux": {
              "namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "network"},
               {"type": "cgroup"}],
              "resources": {
               "devices": [{"allow": false, "access": "rwm"},
                {"allow": true, "type": "c", "major": 1, "minor": 5, "access": "rwm"}],
               "memory": {"limit": 67108864, "disableOOMKiller": false}, "cpu": {"shares": 1024},
               "pids": {"limit": 20}, "blockIO": {"weight": 0}},
              "sysctl": {"net.ipv4.ip_unprivileged_port_start": "0"},
              "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
              "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
               "syscalls": [
                {"names": ["keyctl", "bpf", "ptrace"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1},
                {"names": ["socket"], "action": "SCMP_ACT_ERRNO",
                 "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]},
                {"names": ["socket"], "action": "SCMP_ACT_ERRNO",
                 "args": [{"index": 0, "value": 45, "op": "SCMP_CMP_GT"}]},
                {"names": ["clone"], "action": "SCMP_ACT_ERRNO",
                 "args": [{"index": 0, "value": 131072, "valueTwo": 131072, "op": "SCMP_CMP_MASKED_EQ"}]}]}}}
            """;

    /** What any machine has on which a container can be made. */
    private static final String LEAST = """
            {"ociVersion": "1.3.0", "root": {"path": "rootfs"},
             "process": {"terminal": false, "args": ["sleep", "60"], "cwd": "/", "user": {"uid": 0, "gid": 0},
              "env": ["PATH=/usr/bin:/bin"]},
             "mounts": [
              {"destination": "/proc", "type": "proc", "source": "proc"},
              {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
              MOUNTS],
             "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}}
            """;

    private static final String PROCESS = """
            {"terminal": false, "args": ["true"], "cwd": "/", "env": ["PATH=/usr/bin:/bin"], "user": {"uid": 0, "gid": 0},
             "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"]}}
            """;

    private static final List<String> PROGRAMS = List.of("/usr", "/bin", "/lib", "/lib64");
    private static final String LOG = "/dev/stderr";
    private static final String ID = "boxwright-train-";

    @Override
    public String operands() {
        return "<empty directory>";
    }

    @Override
    public String summary() {
        return "Run a container once";
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public int run(Words arguments, Settings settings) throws Exception {
        waitForAnother();
        Path directory = Path.of(arguments.operands().getFirst()).toAbsolutePath();
        Files.createDirectories(directory.resolve("rootfs"));
        StringBuilder mounts = new StringBuilder();
        for (String path : PROGRAMS) {
            if (Files.isDirectory(Path.of(path))) {
                mounts.append(mounts.isEmpty() ? "" : ",\n")
                        .append("{\"destination\": \"")
                        .append(path)
                        .append("\", \"source\": \"")
                        .append(path)
                        .append("\", \"type\": \"bind\", \"options\": [\"rbind\", \"ro\"]}");
            }
        }
        Path configuration = directory.resolve("config.json");
        String id = ID + ProcessHandle.current().pid();
        String root = settings.root().directory().toString();
        String pidFile = directory.resolve("pid").toString();
        Path process = Files.writeString(directory.resolve("process.json"), PROCESS);
        List<String> create = List.of("create", "--bundle", directory.toString(), "--pid-file", pidFile, id);
        // By the command line, so that the verbs themselves and their messages are learnt, too.
        command(root, List.of("state", id));
        for (String text : List.of(USUAL, LEAST)) {
            Files.writeString(configuration, text.replace("MOUNTS", mounts));
            if (command(root, create) == 0) {
                break;
            }
        }
        command(root, List.of("state", id));
        int pid = new Containers(settings.root()).state(id).record().process().pid();
        try {
            List<List<String>> life = List.of(
                    List.of("start", id),
                    List.of("exec", id, "true"),
                    List.of("exec", "--process", process.toString(), "--pid-file", pidFile, id),
                    List.of("list"),
                    List.of("list", "--format", "json"),
                    List.of("ps", id),
                    List.of("ps", "--format", "json", id),
                    List.of("pause", id),
                    List.of("resume", id),
                    List.of("update", "--pids-limit", "30", "--memory", "32m", id),
                    List.of("events", "--stats", id),
                    List.of("kill", id, "KILL"));
            life.forEach(words -> command(root, words));
        } finally {
            command(root, List.of("delete", "--force", id));
            Launch.reap(pid);
        }
        List<String> run = List.of("run", "--bundle", directory.toString(), id);
        String once = Files.readString(configuration).replace("[\"sleep\", \"60\"]", "[\"true\"]");
        Files.writeString(configuration, once);
        command(root, run);
        Files.writeString(configuration, once.replace("\"terminal\": false", "\"terminal\": true"));
        command(root, run);
        // Nobody listens: what comes before that is learnt.
        command(root, List.of("create", "--bundle", directory.toString(), "--console-socket", pidFile, id));
        return 0;
    }

    /** Whether a command has to wait for its other thread is chance. So what waiting takes is learnt here. */
    private static void waitForAnother() {
        CompletableFuture.runAsync(
                        () -> LockSupport.parkNanos(A_WHILE_NANOS),
                        task -> Thread.ofPlatform().daemon().start(task))
                .join();
    }

    private static int command(String root, List<String> words) {
        List<String> line = new ArrayList<>(List.of("--root", root, "--log", LOG, "--log-format", "json"));
        line.addAll(words);
        return RuntimeMain.run(line);
    }
}

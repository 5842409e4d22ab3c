package boxwright.cli.runtime;

import boxwright.kernel.Launch;
import boxwright.runtime.oci.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code train}, which no help lists: a container from its beginning to its end in one JVM, so that this one can write down
 * what the others will need (the AOT cache of {@code bin/start.sh}).
 */
final class TrainVerb implements Verb {
    private static final String CONFIGURATION = """
            {"ociVersion": "1.3.0", "root": {"path": "rootfs"}, "hostname": "train",
             "process": {"args": ["sleep", "60"], "cwd": "/", "user": {"uid": 0, "gid": 0}, "noNewPrivileges": true,
              "env": ["PATH=/usr/bin:/bin"], "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
              "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "permitted": ["CAP_KILL"]}},
             "mounts": [
              {"destination": "/proc", "type": "proc", "source": "proc"},
              {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
              MOUNTS],
             "linux": {"resources": {"devices": [{"allow": false, "access": "rwm"}], "pids": {"limit": 20}},
              "namespaces": [{"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "network"}],
              "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"]}}
            """;
    private static final List<String> PROGRAMS = List.of("/usr", "/bin", "/lib", "/lib64");
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
        Files.writeString(directory.resolve("config.json"), CONFIGURATION.replace("MOUNTS", mounts));
        String id = ID + ProcessHandle.current().pid();
        String root = settings.root().directory().toString();
        // By the command line, so that the verbs themselves and their messages are learnt, too.
        List<List<String>> before = List.of(
                List.of("state", id), List.of("create", "--bundle", directory.toString(), id), List.of("state", id));
        before.forEach(words -> command(root, words));
        int pid = new Containers(settings.root()).state(id).record().process().pid();
        try {
            List<List<String>> life = List.of(
                    List.of("start", id),
                    List.of("exec", id, "true"),
                    List.of("list"),
                    List.of("ps", id),
                    List.of("kill", id, "KILL"));
            life.forEach(words -> command(root, words));
        } finally {
            command(root, List.of("delete", "--force", id));
            Launch.reap(pid);
        }
        return 0;
    }

    private static void command(String root, List<String> words) {
        List<String> line = new ArrayList<>(List.of("--root", root));
        line.addAll(words);
        RuntimeMain.run(line);
    }
}

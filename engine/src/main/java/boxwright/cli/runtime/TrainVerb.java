package boxwright.cli.runtime;

import boxwright.kernel.Launch;
import boxwright.runtime.oci.ContainerRecord;
import boxwright.runtime.oci.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code train}, which no help lists: a container from its beginning to its end in one JVM, so that this one can write down
 * what the others will need (the AOT cache of {@code bin/start.sh}).
 */
final class TrainVerb implements Verb {
    private static final String CONFIGURATION = """
            {"ociVersion": "1.3.0", "root": {"path": "rootfs"}, "hostname": "train",
             "process": {"args": ["true"], "cwd": "/", "user": {"uid": 0, "gid": 0}, "noNewPrivileges": true,
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
    public int run(Words words, Settings settings) throws Exception {
        Path directory = Path.of(words.operands().getFirst()).toAbsolutePath();
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
        List<String> bundle = List.of("--bundle", directory.toString(), id);
        ContainerRecord record =
                settings.creation().create(CreateOptions.of(Words.parse(CreateOptions.OPTIONS, true, bundle)));
        try {
            new Containers(settings.root()).state(id).json("train");
            settings.start().start(id);
        } finally {
            settings.deletion().delete(id, true);
            Launch.reap(record.process().pid());
        }
        return 0;
    }
}

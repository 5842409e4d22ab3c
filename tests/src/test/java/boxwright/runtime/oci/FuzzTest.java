package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever {@code config.json} says: a container or one clear error, and a clean machine. {@code -Dfuzz.count=5000
 * -Dfuzz.seed=7} tries more and others.
 */
class FuzzTest {
    private static final int COUNT = Integer.getInteger("fuzz.count", 150);
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_125);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    @TempDir
    Path directory;

    private final String prefix = "fuzz-" + ProcessHandle.current().pid() + "-";
    private int containers;
    private int refusals;

    /** With a little of everything that a configuration can have. */
    private static final String RICH = """
            {"ociVersion": "1.2.0", "root": {"path": "rootfs", "readonly": false}, "hostname": "box", "domainname": "net",
             "process": {"terminal": false, "args": ["true"], "cwd": "/", "env": ["PATH=/bin", "A=b"],
              "user": {"uid": 0, "gid": 0, "umask": 18, "additionalGids": [1, 2]},
              "capabilities": {"bounding": ["CAP_KILL", "CAP_CHOWN"], "effective": ["CAP_KILL"],
               "permitted": ["CAP_KILL"], "inheritable": [], "ambient": []},
              "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 64, "hard": 128}], "noNewPrivileges": true,
              "oomScoreAdj": 100, "scheduler": {"policy": "SCHED_OTHER", "nice": 5},
              "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 4}, "execCPUAffinity": {"initial": "0"}},
             "mounts": [{"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "nodev"]},
              {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755", "size=64k"]},
              {"destination": "/data", "type": "bind", "source": "data", "options": ["rbind", "ro", "rprivate"]}],
             "annotations": {"com.example.key": "value"},
             "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}, {"type": "ipc"}, {"type": "uts"},
               {"type": "network"}, {"type": "cgroup"}, {"type": "time"}],
              "timeOffsets": {"monotonic": {"secs": 100, "nanosecs": 5}},
              "devices": [{"path": "/dev/mine", "type": "c", "major": 1, "minor": 5, "fileMode": 438, "uid": 0, "gid": 0}],
              "resources": {"devices": [{"allow": false, "access": "rwm"},
                {"allow": true, "type": "c", "major": 1, "minor": 5, "access": "rw"}],
               "memory": {"limit": 268435456, "reservation": 1048576}, "cpu": {"shares": 512, "quota": 50000,
                "period": 100000}, "pids": {"limit": 100}},
              "seccomp": {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "flags": [],
               "syscalls": [{"names": ["acct", "reboot"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
                "args": [{"index": 0, "value": 5, "op": "SCMP_CMP_EQ"}]}]},
              "rootfsPropagation": "slave", "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
              "personality": {"domain": "LINUX"}}}
            """;

    @Test
    void everyConfigurationEndsInAContainerOrInOneClearError() throws IOException {
        Machine.needsRoot();
        OciRuntime.bundle(directory, "true");
        Files.createDirectory(directory.resolve("data"));
        List<JsonObject> good = List.of(
                JsonParser.parseString(OciRuntime.config("exit 0")).getAsJsonObject(),
                JsonParser.parseString(RICH).getAsJsonObject(),
                JsonParser.parseString(RICH).getAsJsonObject());
        Mutator mutator = new Mutator(SEED);
        List<String> complaints = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            String json = mutator.mutate(good.get(i % good.size()));
            String complaint = run(prefix + i, json);
            if (!complaint.isEmpty()) {
                complaints.add("mutation " + i + " of seed " + SEED + ": " + complaint + "\n" + json);
            }
        }
        Leftovers.of(directory, prefix).forEach(left -> complaints.add("left: " + left));
        System.out.printf("fuzz: %d containers, %d refusals of %d%n", containers, refusals, COUNT);
        if (!complaints.isEmpty()) {
            fail(String.join("\n\n", complaints));
        }
        assertThat(containers).as("containers").isGreaterThan(COUNT / 10);
        assertThat(refusals).as("refusals").isGreaterThan(COUNT * 3 / 10);
    }

    /** What is wrong with what became of it; nothing when nothing is. */
    private String run(String id, String json) throws IOException {
        Files.writeString(directory.resolve("config.json"), json);
        Path log = directory.resolve("log");
        Files.deleteIfExists(log);
        OciRuntime runtime = OciRuntime.ours(directory.resolve("state"));
        Instant start = Instant.now();
        Finished outcome = runtime.run(
                "--log", log.toString(), "--log-format", "json", "run", "--bundle", directory.toString(), id);
        String err = outcome.err();
        if (Duration.between(start, Instant.now()).compareTo(LONGEST) > 0) {
            return "it took too long";
        }
        Finished deleted = runtime.run("delete", "--force", id);
        if (deleted.exitCode() != 0) {
            return "it cannot be deleted: " + deleted.err();
        }
        if (err.contains("\tat ")
                || err.contains("Exception")
                || err.replace("found null", "").contains("null")) {
            return "that is no message for people: " + err;
        }
        List<String> logged = Files.exists(log) ? Files.readAllLines(log) : List.of();
        if (logged.isEmpty() || !logged.getLast().contains("\"level\":\"error\"")) {
            // The program ran, and ended as it liked; what it was warned of is in the log.
            containers++;
            return err.isEmpty() || err.startsWith("sh: ") ? "" : "it ran, and this was said: " + err;
        }
        refusals++;
        return outcome.exitCode() != 0 && err.lines().count() == 1
                ? ""
                : "exit code " + outcome.exitCode() + ", and no single line: " + err;
    }
}

package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A command of the runtime lives for some 50 ms, and a class that it has to read from the jar and link, or a method handle
 * that it has to spin, costs one to fifteen of them. So each must be in the AOT cache, for all that engines do every day: the
 * training ({@code TrainVerb}) must know what they ask for.
 */
class ColdStartTest {
    /** Classes for the Flight Recorder, which no cache takes; they are tiny. */
    private static final String RECORDER = "jdk.internal.event.";

    /** Which thread waits for which, and what that takes (a cell of a counter), is chance. */
    private static final String WAITING = "java.util.concurrent.";

    @TempDir
    Path directory;

    private @Nullable ServerSocketChannel listener;

    /** What containerd gives to a runtime for Docker, in short. */
    private Box box() {
        return new Box(directory)
                .with("mounts+", mount("/dev", "tmpfs", "\"nosuid\", \"strictatime\", \"mode=755\", \"size=65536k\""))
                .with(
                        "mounts+",
                        mount("/dev/pts", "devpts", "\"newinstance\", \"ptmxmode=0666\", \"mode=0620\", \"gid=5\""))
                .with("mounts+", mount("/sys", "sysfs", "\"nosuid\", \"ro\""))
                .with("mounts+", mount("/sys/fs/cgroup", "cgroup", "\"ro\", \"nosuid\""))
                .with("mounts+", mount("/dev/mqueue", "mqueue", "\"nosuid\""))
                .with("mounts+", mount("/dev/shm", "tmpfs", "\"nosuid\", \"mode=1777\""))
                .with(
                        "mounts+",
                        mount("/etc", "bind", "\"rbind\", \"rprivate\"")
                                .replace("\"bind\", \"source\": \"bind\"", "\"bind\", \"source\": \"/etc\""))
                .with("process.terminal", "false")
                .with("process.oomScoreAdj", "0")
                .with("process.noNewPrivileges", "false")
                .with("process.rlimits+", "{\"type\": \"RLIMIT_CORE\", \"hard\": 0, \"soft\": 0}")
                .with("hooks.prestart+", "{\"path\": \"/bin/sh\", \"args\": [\"sh\", \"-c\", \":\"]}")
                .with("linux.namespaces+", "{\"type\": \"cgroup\"}")
                .with("linux.maskedPaths", "[\"/proc/kcore\", \"/sys/firmware\"]")
                .with("linux.readonlyPaths", "[\"/proc/sys\", \"/proc/irq\"]")
                .with("linux.sysctl", "{\"net.ipv4.ip_unprivileged_port_start\": \"0\"}")
                .with("linux.resources", """
                        {"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "access": "m"},
                          {"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}],
                         "memory": {"limit": 67108864, "disableOOMKiller": false}, "cpu": {"shares": 0}, "pids": {"limit": 100},
                         "blockIO": {"weight": 0}}
                        """)
                .with("linux.seccomp", """
                        {"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
                         "syscalls": [{"names": ["ptrace", "keyctl"], "action": "SCMP_ACT_ERRNO"},
                          {"names": ["socket"], "action": "SCMP_ACT_ERRNO",
                           "args": [{"index": 0, "value": 40, "op": "SCMP_CMP_EQ"}]},
                          {"names": ["personality"], "action": "SCMP_ACT_ERRNO",
                           "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]}]}
                        """);
    }

    private static String mount(String destination, String type, String options) {
        return "{\"destination\": \"%s\", \"type\": \"%s\", \"source\": \"%s\", \"options\": [%s]}"
                .formatted(destination, type, type, options);
    }

    /** The classes that a command has from elsewhere than the cache. */
    private List<String> outside(Box box, String... words) throws IOException {
        Path log = directory.resolve("classes");
        Files.deleteIfExists(log);
        List<String> line = new ArrayList<>(List.of("env", "_JAVA_OPTIONS=-Xlog:class+load:file=" + log));
        line.addAll(box.runtime.line(words));
        Finished outcome = Finished.of(directory, line);
        assertThat(outcome.exitCode())
                .as("%s: %s", List.of(words), outcome.err())
                .isZero();
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).as("the log of a JVM").hasSizeGreaterThan(400);
        return loaded.stream()
                .filter(one -> !one.endsWith("source: shared objects file")
                        && !one.contains(RECORDER)
                        && !one.contains(WAITING))
                .toList();
    }

    @Test
    void everyDayAllClassesAreInTheCache() throws Exception {
        try (Box box = box().script("sleep 1000").write()) {
            String bundle = directory.toString();
            assertThat(outside(box, "create", "--bundle", bundle, "--pid-file", bundle + "/pid", box.id))
                    .isEmpty();
            assertThat(outside(box, "state", box.id)).isEmpty();
            assertThat(outside(box, "start", box.id)).isEmpty();
            assertThat(outside(box, "exec", box.id, "true")).isEmpty();
            Path process = Files.writeString(directory.resolve("process.json"), """
                    {"terminal": false, "args": ["true"], "cwd": "/", "env": ["PATH=/bin"], "user": {"uid": 0, "gid": 0}}
                    """);
            assertThat(outside(box, "--log-format", "json", "exec", "--process", process.toString(), box.id))
                    .isEmpty();
            assertThat(outside(box, "list")).isEmpty();
            assertThat(outside(box, "ps", "--format", "json", box.id)).isEmpty();
            assertThat(outside(box, "update", "--memory", "32m", box.id)).isEmpty();
            assertThat(outside(box, "pause", box.id)).isEmpty();
            assertThat(outside(box, "resume", box.id)).isEmpty();
            assertThat(outside(box, "events", "--stats", box.id)).isEmpty();
            assertThat(outside(box, "kill", box.id, "KILL")).isEmpty();
            box.becomes("stopped");
            assertThat(outside(box, "delete", box.id)).isEmpty();

            box.script("exit 0").write();
            assertThat(outside(box, "run", "--bundle", bundle, box.id)).isEmpty();

            box.with("process.terminal", "true").write();
            assertThat(outside(box, "create", "--bundle", bundle, "--console-socket", listening(), box.id))
                    .isEmpty();
        }
    }

    /** A socket at which whoever sends something to it finds a listener, who does not answer. */
    private String listening() throws IOException {
        Path socket = directory.resolve("console");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        return socket.toString();
    }

    @AfterEach
    void close() throws IOException {
        if (listener != null) {
            listener.close();
        }
    }
}

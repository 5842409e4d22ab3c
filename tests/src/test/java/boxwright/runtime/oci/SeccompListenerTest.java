package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A filter that notifies, and somebody outside who answers: seccomp_unotify(2), config-linux.md "Seccomp". */
class SeccompListenerTest {
    /**
     * Takes one connection: writes down what comes with the descriptor and after it, and that the connection ends; then
     * answers every notification with ENOSPC, until nobody is left who calls.
     */
    private static final String AGENT = """
            import array, fcntl, json, os, socket, struct, sys
            path, notes = sys.argv[1:]
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.bind(path)
            server.listen(8)
            open(notes + "/ready", "w").close()
            RECEIVE, SEND = 0xc0502100, 0xc0182101
            number = 0
            while True:
                connection, _ = server.accept()
                text, control, _, _ = connection.recvmsg(65536, 1024)
                descriptors = array.array("i")
                descriptors.frombytes(control[0][2])
                number += 1
                if os.fork() == 0:
                    server.close()
                    with open("%s/state%d" % (notes, number), "wb") as f:
                        f.write(text)
                    while True:
                        try:
                            notification = fcntl.ioctl(descriptors[0], RECEIVE, bytes(80))
                        except FileNotFoundError:
                            os._exit(0)
                        if not os.path.exists("%s/end%d" % (notes, number)):
                            rest = connection.recv(1)
                            with open("%s/end%d" % (notes, number), "w") as f:
                                f.write("closed, %d descriptors, %d more bytes" % (len(descriptors), len(rest)))
                        cookie = struct.unpack("Q", notification[:8])[0]
                        fcntl.ioctl(descriptors[0], SEND, struct.pack("QqiI", cookie, 0, -28, 0))
                connection.close()
                os.close(descriptors[0])
            """;

    @TempDir
    Path directory;

    private Path socket = Path.of("/nonexistent");
    private List<Process> agents = List.of();

    @BeforeEach
    void agent() throws IOException {
        Machine.needsRoot();
        String python = Machine.needs("python3");
        socket = directory.resolve("agent.sock");
        Path script = Files.writeString(directory.resolve("agent.py"), AGENT);
        agents = List.of(new ProcessBuilder(python, script.toString(), socket.toString(), directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("agent.log").toFile())
                .start());
        Machine.eventually("the agent listens", () -> Files.exists(directory.resolve("ready")));
    }

    @AfterEach
    void end() {
        for (Process agent : agents) {
            agent.descendants().forEach(ProcessHandle::destroyForcibly);
            agent.destroyForcibly().onExit().join();
        }
    }

    private Box box() {
        return new Box(directory).with("linux.seccomp", """
                {"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "SOCKET", "listenerMetadata": "for the agent",
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"}]}
                """.replace("SOCKET", socket.toString()));
    }

    @Test
    @Must({"seccomp-listener-socket", "seccomp-state"})
    void theAgentLearnsWhoseCallsTheyAreAndAnswersThem() throws Exception {
        try (Box box = box()) {
            Finished outcome = box.run("mkdir /made; echo $?");

            assertThat(outcome.err())
                    .as(Files.readString(directory.resolve("agent.log")))
                    .contains("No space left");
            assertThat(outcome.out()).isEqualTo("1\n");
            JsonObject notice = JsonParser.parseString(Files.readString(directory.resolve("state1")))
                    .getAsJsonObject();
            assertThat(notice.getAsJsonArray("fds").toString()).isEqualTo("[\"seccompFd\"]");
            assertThat(notice.get("metadata").getAsString()).isEqualTo("for the agent");
            assertThat(notice.get("pid").getAsInt()).isPositive();
            JsonObject state = notice.getAsJsonObject("state");
            assertThat(state.get("id").getAsString()).isEqualTo(box.id);
            assertThat(state.get("pid")).isEqualTo(notice.get("pid"));
            assertThat(state.get("bundle").getAsString())
                    .isEqualTo(directory.toRealPath().toString());
            assertThat(directory.resolve("end1")).hasContent("closed, 1 descriptors, 0 more bytes");
        }
    }

    @Test
    @Must("seccomp-listener-socket")
    void eachFurtherProgramHasAConnectionOfItsOwn() throws Exception {
        for (boolean noNewPrivileges : List.of(false, true)) {
            try (Box box = box().with("process.noNewPrivileges", Boolean.toString(noNewPrivileges))
                    .started("sleep 100")) {
                Finished outcome = box.runtime.run("exec", box.id, "sh", "-c", "mkdir /made; echo $?");

                assertThat(outcome.out()).as(outcome.err()).isEqualTo("1\n");
                JsonObject first = notice(noNewPrivileges ? 3 : 1);
                JsonObject second = notice(noNewPrivileges ? 4 : 2);
                assertThat(first.get("pid").getAsInt()).isEqualTo(box.pid());
                assertThat(second.get("pid")).isNotEqualTo(first.get("pid"));
                assertThat(second.getAsJsonObject("state").get("status").getAsString())
                        .isEqualTo("running");
            }
        }
    }

    private JsonObject notice(int number) throws IOException {
        return JsonParser.parseString(Files.readString(directory.resolve("state" + number)))
                .getAsJsonObject();
    }

    @Test
    @Must("seccomp-listener-fails")
    void withoutAnAgentThereIsNoContainer() throws Exception {
        end();
        try (Box box = box()) {
            assertThat(box.refused()).contains("listenerPath", "ECONNREFUSED");
        }
    }

    @Test
    @Must("seccomp-listener-metadata")
    void metadataComesWithAPath() throws Exception {
        try (Box box = box().with(
                        "linux.seccomp",
                        "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerMetadata\": \"for nobody\"}")) {
            assertThat(box.refused()).contains("listenerMetadata");
        }
    }

    @Test
    void aPathThatNobodyNotifiesIsIgnored() throws Exception {
        try (Box box = box().with(
                        "linux.seccomp", "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerPath\": \"/nowhere\"}")) {
            assertThat(box.prints("echo ran")).isEqualTo("ran");
        }
    }
}

package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import boxwright.users.OrdinaryUser;
import boxwright.users.UserSystemd;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code --systemd-cgroup} of a user who is not root; OtherKernelsTest runs it in a machine that systemd has started. */
class UserSystemdTest {
    private static final String UNIT = "box-his.scope";

    private OrdinaryUser user;
    private Path bundle;

    @BeforeEach
    void bundle() throws IOException {
        Machine.needsSystemd();
        user = OrdinaryUser.withGrantedIds();
        bundle = Files.createDirectory(user.directory().resolve("bundle"));
        Machine.busyboxRoot(Files.createDirectory(bundle.resolve("rootfs")));
        Machine.give(bundle, user.id());
    }

    @AfterEach
    void end() {
        if (user != null) {
            user.close();
        }
    }

    private Finished runtime(List<String> before, String... words) {
        Stream<String> runtime =
                Stream.of(user.checkout().resolve("bin/boxwright-runtime").toString(), "--systemd-cgroup");
        return Finished.of(
                bundle,
                Stream.concat(before.stream(), Stream.concat(runtime, Stream.of(words)))
                        .toList());
    }

    private void configure(List<String> before) throws IOException {
        assertThat(runtime(before, "spec", "--rootless").text()).isEmpty();
        JsonObject config = JsonParser.parseString(Files.readString(bundle.resolve("config.json")))
                .getAsJsonObject();
        config.getAsJsonObject("process").addProperty("terminal", false);
        JsonArray args = new JsonArray();
        List.of("sleep", "1000").forEach(args::add);
        config.getAsJsonObject("process").add("args", args);
        JsonObject linux = config.getAsJsonObject("linux");
        linux.addProperty("cgroupsPath", "user.slice:box:his");
        linux.add(
                "resources", JsonParser.parseString("{\"memory\": {\"limit\": 67108864}, \"pids\": {\"limit\": 50}}"));
        Files.writeString(bundle.resolve("config.json"), config.toString());
    }

    private static String shown(List<String> before, String property) {
        return Finished.of(
                        Path.of(System.getProperty("java.io.tmpdir")),
                        Stream.concat(
                                        before.stream(),
                                        Stream.of(
                                                "systemctl", "--user", "show", "--value", "--property", property, UNIT))
                                .toList())
                .text();
    }

    @Test
    void hisContainerIsInAScopeOfHisSystemd() throws Exception {
        try (UserSystemd systemd = UserSystemd.of(user)) {
            List<String> his = List.of(systemd.becoming());
            configure(his);
            Path group = systemd.group().resolve("user.slice").resolve(UNIT);
            Path pidFile = user.directory().resolve("home/pid");

            assertThat(runtime(his, "create", "--pid-file", pidFile.toString(), "his")
                            .text())
                    .isEmpty();
            assertThat(group.resolve("cgroup.procs")).hasContent(Files.readString(pidFile));
            assertThat(runtime(his, "start", "his").text()).isEmpty();
            assertThat(shown(his, "MemoryMax")).isEqualTo("67108864");
            assertThat(group.resolve("pids.max")).hasContent("50");

            assertThat(runtime(his, "exec", "his", "cat", "/proc/self/cgroup").text())
                    .as("the root of the container's cgroup namespace is its scope")
                    .isEqualTo("0::/");
            assertThat(runtime(his, "pause", "his").text()).isEmpty();
            assertThat(group.resolve("cgroup.events")).content().contains("frozen 1");
            assertThat(runtime(his, "resume", "his").text()).isEmpty();
            assertThat(runtime(his, "update", "--memory", "32m", "his").text()).isEmpty();
            assertThat(shown(his, "MemoryMax")).isEqualTo("33554432");
            assertThat(group.resolve("memory.max")).hasContent("33554432");

            assertThat(runtime(his, "delete", "--force", "his").text()).isEmpty();
            assertThat(shown(his, "LoadState")).isEqualTo("not-found");
            assertThat(group).doesNotExist();
        }
    }

    @Test
    void whereHeHasNoSystemdThatIsSaid() throws Exception {
        List<String> his =
                user.command("env", "XDG_RUNTIME_DIR=" + user.directory().resolve("home"));
        configure(his);
        Finished outcome = runtime(his, "create", "his");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("needs a systemd of his own, which does not answer")
                .hasLineCount(1);
        assertThat(runtime(his, "list", "-q").text()).isEmpty();
    }
}

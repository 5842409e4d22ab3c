package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runtime.md demands of the operations. */
class OperationMustTest {
    @TempDir
    Path directory;

    private Box box() {
        return new Box(directory);
    }

    @Test
    @Must({"scope", "operations", "state-status", "create-makes", "start-runs", "start-program", "kill-signals"})
    void theCreatorOfAContainerCanDoEverythingWithIt() throws Exception {
        try (Box box = box().script("trap 'exit 9' USR1; touch /up; while :; do sleep 0.05; done")) {
            assertThat(box.create().text()).isEmpty();
            assertThat(box.status()).isEqualTo("created");
            assertThat(directory.resolve("rootfs/up")).doesNotExist();

            assertThat(box.command("start").text()).isEmpty();
            assertThat(box.status()).isEqualTo("running");
            Machine.eventually("it runs", () -> Files.exists(directory.resolve("rootfs/up")));

            assertThat(box.runtime.run("kill", box.id, "USR1").text()).isEmpty();
            box.becomes("stopped");
            assertThat(box.command("delete").text()).isEmpty();
            assertThat(box.status()).isEqualTo("none");
        }
    }

    @Test
    @Must({"state-members", "state-json", "state-returns"})
    void theStateHasItsMembers() throws Exception {
        try (Box box = box().with("annotations", "{\"com.example.key\": \"value\"}")) {
            assertThat(box.create().text()).isEmpty();

            JsonObject state = box.state();
            assertThat(state.get("ociVersion").getAsString()).matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(state.get("id").getAsString()).isEqualTo(box.id);
            assertThat(state.get("status").getAsString()).isEqualTo("created");
            assertThat(state.get("bundle").getAsString())
                    .isEqualTo(directory.toRealPath().toString());
            assertThat(state.get("pid").getAsJsonPrimitive().isNumber()).isTrue();
            assertThat(Path.of("/proc", state.get("pid").getAsString())).isDirectory();
            assertThat(state.getAsJsonObject("annotations")
                            .get("com.example.key")
                            .getAsString())
                    .isEqualTo("value");
        }
    }

    @Test
    @Must("state-status")
    void anotherWordIsForAnotherState() throws Exception {
        try (Box box = box().started("sleep 100")) {
            assertThat(box.command("pause").text()).isEmpty();
            assertThat(box.status()).isEqualTo("paused");
            assertThat(box.command("resume").text()).isEmpty();
            assertThat(box.status()).isEqualTo("running");
        }
    }

    @Test
    @Must({"id-unique", "create-id"})
    void anIdThatIsTakenIsAnErrorAndTheFirstContainerLives() throws Exception {
        try (Box box = box().started("sleep 100")) {
            int pid = box.pid();
            Finished second = box.create();

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("already exists");
            assertThat(box.pid()).isEqualTo(pid);
            assertThat(box.status()).isEqualTo("running");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", ".", "a b", ""})
    @Must("create-id")
    void anIdThatIsNoneIsAnErrorAndNoContainerIsMade(String id) throws Exception {
        Box box = box().write();
        Finished outcome = box.runtime.run("create", "--bundle", directory.toString(), id);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("level=error");
        assertThat(box.runtime.run("list", "--quiet").out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "create", "start", "kill", "delete"})
    @Must({"state-needs-id", "create-needs", "start-needs-id", "kill-needs-id", "delete-needs-id"})
    void withoutAnIdNothingIsDone(String verb) {
        Finished outcome = box().write().runtime.run(verb);

        assertThat(outcome.exitCode()).isNotZero();
        assertThat(outcome.err()).isNotEmpty();
    }

    @Test
    @Must("create-needs")
    void withoutABundleNothingIsMade() throws Exception {
        Finished outcome =
                box().command("create", "--bundle", directory.resolve("missing").toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "start", "delete", "kill"})
    @Must("state-unknown")
    void whatDoesNotExistIsAnError(String verb) {
        Finished outcome = box().command(verb);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("does not exist");
    }

    @Test
    @Must({"create-environment", "create-applies", "create-runs-nothing", "create-args-later"})
    void createMakesTheEnvironmentAndDoesNotRunTheProgram() throws Exception {
        try (Box box = box().script("touch /ran")
                .with("hostname", "\"made\"")
                .with("mounts+", "{\"destination\": \"/data\", \"type\": \"tmpfs\", \"source\": \"planted\"}")) {
            assertThat(box.create().text()).isEmpty();

            Path process = Path.of("/proc/" + box.pid());
            assertThat(Files.readString(process.resolve("mountinfo"))).contains(" /data ");
            assertThat(Files.readSymbolicLink(process.resolve("ns/uts")))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/uts")));
            assertThat(Files.readString(process.resolve("cgroup"))).contains(box.id);
            assertThat(directory.resolve("rootfs/ran")).doesNotExist();
        }
    }

    @Test
    @Must("config-later")
    void whatBecomesOfTheConfigurationLaterChangesNothing() throws Exception {
        try (Box box = box().script("echo first >/out")) {
            assertThat(box.create().text()).isEmpty();
            box.script("echo second >/out").write();

            assertThat(box.command("start").text()).isEmpty();
            box.becomes("stopped");
            assertThat(directory.resolve("rootfs/out")).hasContent("first");
        }
    }

    @Test
    @Must({"create-cannot-apply", "error-changes-nothing"})
    void whatCannotBeAppliedLeavesNothing() throws Exception {
        Path before = Files.writeString(directory.resolve("before"), Files.readString(Path.of("/proc/self/mountinfo")));
        try (Box box =
                box().with("mounts+", "{\"destination\": \"/data\", \"type\": \"nosuchfs\", \"source\": \"none\"}")) {
            assertThat(box.refused()).contains("nosuchfs");
        }
        assertThat(Path.of("/proc/self/mountinfo")).hasSameTextualContentAs(before);
    }

    @Test
    @Must("start-not-created")
    void aContainerIsStartedOnce() throws Exception {
        try (Box box = box().started("echo x >>/count; sleep 100")) {
            box.writes("count", "x\n");
            int pid = box.pid();

            assertThat(box.command("start").exitCode()).isEqualTo(1);
            assertThat(box.pid()).isEqualTo(pid);
            assertThat(directory.resolve("rootfs/count")).hasContent("x");

            box.runtime.run("kill", box.id, "KILL");
            box.becomes("stopped");
            assertThat(box.command("start").exitCode()).isEqualTo(1);
            assertThat(box.status()).isEqualTo("stopped");
        }
    }

    @Test
    @Must("start-no-process")
    void withoutAProcessThereIsNothingToStart() throws Exception {
        try (Box box = box().without("process")) {
            assertThat(box.refused()).contains("process is missing");
        }
    }

    @Test
    @Must("kill-stopped")
    void aStoppedContainerGetsNoSignal() throws Exception {
        try (Box box = box().started("exit 0")) {
            box.becomes("stopped");

            assertThat(box.runtime.run("kill", box.id, "TERM").exitCode()).isEqualTo(1);
            assertThat(box.status()).isEqualTo("stopped");
        }
    }

    @Test
    @Must("delete-not-stopped")
    void aContainerThatRunsIsNotDeleted() throws Exception {
        try (Box box = box().started("sleep 100")) {
            int pid = box.pid();
            Finished outcome = box.command("delete");

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err()).contains("not stopped");
            assertThat(box.status()).isEqualTo("running");
            assertThat(box.pid()).isEqualTo(pid);
        }
    }

    @Test
    @Must({"delete-undoes", "delete-resources", "delete-foreign"})
    void deleteRemovesWhatCreateHasMadeAndNothingElse() throws Exception {
        Path foreign = Path.of(
                "/sys/fs/cgroup/pids/boxwright-kept-" + ProcessHandle.current().pid());
        Assumptions.assumeTrue(
                Files.exists(foreign.resolveSibling("cgroup.procs")), "needs the controller pids in version 1");
        Files.createDirectory(foreign);
        try (Box box = box().with("linux.cgroupsPath", "\"/" + foreign.getFileName() + "/inner\"")) {
            box.started("exit 0");
            box.becomes("stopped");
            assertThat(foreign.resolve("inner")).isDirectory();

            assertThat(box.command("delete").text()).isEmpty();

            assertThat(foreign.resolve("inner")).doesNotExist();
            assertThat(foreign).isDirectory();
            assertThat(directory.resolve("rootfs/bin/sh")).exists();
            assertThat(directory.resolve("state").resolve(box.id)).doesNotExist();
        } finally {
            Machine.removeGroups(foreign.getFileName().toString());
        }
    }

    @Test
    @Must({"warning-goes-on", "capability-unknown"})
    void aCapabilityThatThereIsNotIsAWarning() throws Exception {
        try (Box box = box().with("process.capabilities.bounding", "[\"CAP_KILL\", \"CAP_FLY\"]")) {
            Finished outcome = box.run("echo went on");

            assertThat(outcome.exitCode()).isZero();
            assertThat(outcome.out()).isEqualTo("went on\n");
            assertThat(outcome.err()).contains("level=warning", "CAP_FLY");
        }
    }

    @Test
    @Must("bundle-config")
    void theConfigurationIsInTheBundlesOwnDirectory() throws IOException {
        Files.createDirectory(directory.resolve("below"));
        Box box = box().write();
        Files.move(directory.resolve("config.json"), directory.resolve("below/config.json"));
        Finished outcome = box.command("create", "--bundle", directory.toString());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("config.json");
    }
}

package boxwright.runtime.oci;

import static boxwright.kernel.Machine.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the specification demands of hooks: when they run, where, with what, and what becomes of the container when one fails. */
class HookMustTest {
    private static final List<String> KINDS =
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");

    @TempDir
    Path directory;

    /** On the host and in the container the same path: what hooks see of it differs. */
    private Path notes = Path.of("/nonexistent");

    @BeforeEach
    void notes() throws IOException {
        notes = Files.createDirectory(directory.resolve("notes"));
    }

    /** A hook of sh; the host's shell for those of the host, and busybox of the image inside. */
    private static String hook(String script) {
        JsonObject hook = new JsonObject();
        hook.addProperty("path", "/bin/sh");
        hook.add("args", JsonParser.parseString("[\"sh\", \"-c\"]").getAsJsonArray());
        hook.getAsJsonArray("args").add(script);
        hook.add("env", JsonParser.parseString("[\"PATH=/usr/bin:/bin\"]"));
        return hook.toString();
    }

    /** Six hooks, each of which writes down its name, its namespaces and the state that it read. */
    private Box noting() {
        Box box = new Box(directory)
                .with(
                        "mounts+",
                        "{\"destination\": \"/notes\", \"source\": \"notes\", \"type\": \"bind\", \"options\": [\"bind\"]}");
        for (String kind : KINDS) {
            String place = kind.equals("startContainer") ? "/notes" : notes.toString();
            box.with(
                    "hooks." + kind + "+",
                    hook(("echo KIND >>PLACE/order; cat >PLACE/KIND.json;"
                                    + " for n in uts mnt; do readlink /proc/self/ns/$n; done >PLACE/KIND.ns")
                            .replace("KIND", kind)
                            .replace("PLACE", place)));
        }
        return box;
    }

    private List<String> order() throws IOException {
        Path file = notes.resolve("order");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Test
    @Must({
        "hooks-create-called",
        "hooks-start-called",
        "hooks-poststart-called",
        "hooks-poststop-called",
        "hook-prestart-when",
        "hook-create-runtime-when",
        "hook-create-container-when",
        "hook-start-container-when",
        "hook-poststart-when",
        "hook-poststop-when"
    })
    void eachRunsAtItsMoment() throws Exception {
        try (Box box = noting().script("echo program >>/notes/order; sleep 100")) {
            assertThat(box.create().text()).isEmpty();
            assertThat(order()).containsExactly("prestart", "createRuntime", "createContainer");

            assertThat(box.command("start").text()).isEmpty();
            eventually("the program runs", () -> order().contains("program"));
            assertThat(order())
                    .hasSize(6)
                    .startsWith("prestart", "createRuntime", "createContainer", "startContainer")
                    .contains("program", "poststart");

            box.runtime.run("kill", box.id, "KILL");
            box.becomes("stopped");
            assertThat(order()).hasSize(6);
            assertThat(box.command("delete").text()).isEmpty();
            assertThat(order()).hasSize(7).endsWith("poststop");
            assertThat(box.status()).isEqualTo("none");
        }
    }

    @Test
    @Must({"hook-runtime-namespace", "hook-create-container", "hook-start-container"})
    void eachRunsInItsNamespaces() throws Exception {
        List<String> inside;
        try (Box box = noting().started("sleep 100")) {
            inside = List.of(
                    Files.readSymbolicLink(Path.of("/proc/" + box.pid() + "/ns/uts"))
                            .toString(),
                    Files.readSymbolicLink(Path.of("/proc/" + box.pid() + "/ns/mnt"))
                            .toString());
        }
        List<String> outside = List.of(
                Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString(),
                Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString());
        for (String kind : KINDS) {
            boolean ofContainer = kind.endsWith("Container");
            assertThat(Files.readAllLines(notes.resolve(kind + ".ns")))
                    .as(kind)
                    .isEqualTo(ofContainer ? inside : outside);
        }
    }

    @Test
    @Must("hook-create-container")
    void createContainerIsTheHostsProgramAndSeesTheTreeBeforePivotRoot() throws Exception {
        try (Box box = new Box(directory)
                .with("mounts+", "{\"destination\": \"/data\", \"type\": \"tmpfs\", \"source\": \"planted\"}")
                .with(
                        "hooks.createContainer+",
                        hook("grep -c ' " + directory.toRealPath() + "/rootfs/data ' /proc/self/mountinfo >" + notes
                                + "/seen; test -d " + notes))) {
            assertThat(box.create().text()).isEmpty();

            assertThat(notes.resolve("seen")).hasContent("1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "prestart, creating",
        "createRuntime, creating",
        "createContainer, creating",
        "startContainer, created",
        "poststart, running",
        "poststop, stopped"
    })
    @Must("hook-state")
    void eachReadsTheStateOfItsMoment(String kind, String status) throws Exception {
        try (Box box =
                noting().with("annotations", "{\"com.example.key\": \"value\"}").started("sleep 100")) {
            box.command("delete", "--force");

            JsonObject state = JsonParser.parseString(Files.readString(notes.resolve(kind + ".json")))
                    .getAsJsonObject();
            assertThat(state.get("status").getAsString()).isEqualTo(status);
            assertThat(state.get("id").getAsString()).isEqualTo(box.id);
            assertThat(state.get("bundle").getAsString())
                    .isEqualTo(directory.toRealPath().toString());
            assertThat(state.getAsJsonObject("annotations")
                            .get("com.example.key")
                            .getAsString())
                    .isEqualTo("value");
        }
    }

    @Test
    @Must("hook-order")
    void severalRunInTheOrderOfTheList() throws Exception {
        Box box = new Box(directory);
        for (int i = 1; i <= 4; i++) {
            box.with("hooks.createRuntime+", hook("echo " + i + " >>" + notes + "/order"));
        }
        try (box) {
            assertThat(box.create().text()).isEmpty();

            assertThat(order()).containsExactly("1", "2", "3", "4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"prestart", "createRuntime", "createContainer"})
    @Must("hooks-create-fail")
    void whenOneOfCreateFailsThereIsNoContainerAndPoststopRuns(String kind) throws Exception {
        try (Box box = new Box(directory)
                .with("hooks." + kind + "+", hook("exit 3"))
                .with("hooks.poststop+", hook("echo poststop >>" + notes + "/order"))) {
            assertThat(box.refused()).contains(kind);

            assertThat(order()).containsExactly("poststop");
        }
    }

    @Test
    @Must("hooks-start-fail")
    void whenOneOfStartFailsTheProgramHasNotRun() throws Exception {
        try (Box box = new Box(directory).script("touch /ran").with("hooks.startContainer+", hook("exit 3"))) {
            assertThat(box.create().text()).isEmpty();
            Finished start = box.command("start");

            assertThat(start.exitCode()).isEqualTo(1);
            assertThat(start.err()).contains("startContainer");
            box.becomes("stopped");
            assertThat(directory.resolve("rootfs/ran")).doesNotExist();
        }
    }

    @Test
    @Must("hooks-poststart-fail")
    void whenOneAfterTheStartFailsTheContainerEnds() throws Exception {
        try (Box box = new Box(directory).script("sleep 100").with("hooks.poststart+", hook("exit 3"))) {
            assertThat(box.create().text()).isEmpty();
            Finished start = box.command("start");

            assertThat(start.exitCode()).isEqualTo(1);
            assertThat(start.err()).contains("poststart");
            box.becomes("stopped");
        }
    }

    @Test
    @Must("hooks-poststop-fail")
    void whenOneOfDeleteFailsThatIsAWarningAndTheOthersRun() throws Exception {
        try (Box box = new Box(directory)
                .with("hooks.poststop+", hook("exit 3"))
                .with("hooks.poststop+", hook("echo second >>" + notes + "/order"))
                .started("exit 0")) {
            box.becomes("stopped");
            Finished delete = box.command("delete");

            assertThat(delete.exitCode()).isZero();
            assertThat(delete.err()).contains("level=warning", "poststop");
            assertThat(order()).containsExactly("second");
            assertThat(box.status()).isEqualTo("none");
        }
    }

    @Test
    @Must("hook-path")
    void aPathThatIsNotAbsoluteIsRefused() throws Exception {
        for (String kind : KINDS) {
            try (Box box = new Box(directory).with("hooks." + kind, "[{\"path\": \"bin/true\"}]")) {
                assertThat(box.refused()).contains(kind, "absolute");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1"})
    @Must("hook-timeout")
    void aTimeoutIsGreaterThanZero(String timeout) throws Exception {
        try (Box box = new Box(directory)
                .with("hooks.createRuntime", "[{\"path\": \"/bin/true\", \"timeout\": " + timeout + "}]")) {
            assertThat(box.refused()).contains("timeout");
        }
    }

    @Test
    @Must("hook-timeout")
    void aHookThatTakesLongerIsKilled() throws Exception {
        try (Box box = new Box(directory)
                .with(
                        "hooks.createRuntime",
                        "[{\"path\": \"/bin/sleep\", \"args\": [\"sleep\", \"100\"], \"timeout\": 1}]")) {
            assertThat(box.refused()).contains("timeout");
        }
    }
}

package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code features} tells the truth: what it names can be had. MountMustTest has the options of mounts. */
class FeatureMustTest {
    @TempDir
    Path directory;

    private JsonObject features = new JsonObject();

    @BeforeEach
    void ask() {
        features = JsonParser.parseString(box().runtime.run("features").text()).getAsJsonObject();
    }

    private Box box() {
        return new Box(directory);
    }

    private JsonArray list(String... names) {
        JsonObject object = features;
        for (int i = 0; i < names.length - 1; i++) {
            object = object.getAsJsonObject(names[i]);
        }
        JsonArray list = object.getAsJsonArray(names[names.length - 1]);
        assertThat(list).isNotEmpty();
        return list;
    }

    @Test
    @Must({"features-null", "features-annotations"})
    void nothingIsNull() {
        noNull(features);
        if (features.has("annotations")) {
            features.getAsJsonObject("annotations")
                    .asMap()
                    .values()
                    .forEach(value ->
                            assertThat(value.getAsJsonPrimitive().isString()).isTrue());
        }
    }

    private static void noNull(JsonElement element) {
        assertThat(element.isJsonNull()).isFalse();
        if (element.isJsonObject()) {
            element.getAsJsonObject().asMap().values().forEach(FeatureMustTest::noNull);
        } else if (element.isJsonArray()) {
            element.getAsJsonArray().forEach(FeatureMustTest::noNull);
        }
    }

    @Test
    @Must("features-versions")
    void bothVersionsAreAccepted() throws Exception {
        String oldest = features.get("ociVersionMin").getAsString();
        String newest = features.get("ociVersionMax").getAsString();

        assertThat(version(newest)).isGreaterThanOrEqualTo(version(oldest));
        for (String version : List.of(oldest, newest)) {
            try (Box box = box().with("ociVersion", "\"" + version + "\"")) {
                assertThat(box.prints("echo ran")).isEqualTo("ran");
            }
        }
    }

    /** Trailing zeros are none of Java's versions. */
    private static Runtime.Version version(String text) {
        return Runtime.Version.parse(text.replaceAll("(\\.0)+$", ""));
    }

    @Test
    @Must("features-hooks")
    void eachHookIsRun() throws Exception {
        Box box = box().with(
                        "mounts+",
                        "{\"destination\": \"/ran\", \"type\": \"bind\", \"source\": \"ran\", \"options\":"
                                + " [\"bind\"]}");
        Path ran = Files.createDirectory(directory.resolve("ran"));
        for (JsonElement hook : list("hooks")) {
            String name = hook.getAsString();
            String place = name.equals("startContainer") ? "/ran" : ran.toString();
            box.with(
                    "hooks." + name,
                    "[{\"path\": \"/bin/sh\", \"args\": [\"sh\", \"-c\", \"echo >" + place + "/" + name + "\"]}]");
        }
        try (box) {
            box.started("exit 0");
            box.becomes("stopped");
            assertThat(box.command("delete").text()).isEmpty();
        }
        for (JsonElement hook : list("hooks")) {
            assertThat(ran.resolve(hook.getAsString())).exists();
        }
    }

    @Test
    @Must("features-namespaces")
    void eachNamespaceIsUnderstood() throws Exception {
        Box box = box().with("linux.namespaces", "[]");
        String maps = "[{\"containerID\": 0, \"hostID\": 0, \"size\": 65536}]";
        box.with("linux.uidMappings", maps).with("linux.gidMappings", maps);
        for (JsonElement namespace : list("linux", "namespaces")) {
            box.with("linux.namespaces+", "{\"type\": " + namespace + "}");
        }
        try (box) {
            assertThat(box.prints("echo ran")).isEqualTo("ran");
        }
    }

    @Test
    @Must("features-capabilities")
    void eachCapabilityIsUnderstood() throws Exception {
        String all = list("linux", "capabilities").toString();
        try (Box box = box().with(
                        "process.capabilities", "{\"bounding\": " + all + ", \"permitted\": [], \"effective\": []}")) {
            assertThat(box.run("grep CapBnd /proc/self/status").out()).isNotEmpty();
        }
    }

    @Test
    @Must("features-seccomp")
    void eachWordOfSeccompIsUnderstood() throws Exception {
        JsonObject seccomp = features.getAsJsonObject("linux").getAsJsonObject("seccomp");
        assertThat(seccomp.keySet())
                .containsExactlyInAnyOrder("enabled", "actions", "operators", "archs", "knownFlags", "supportedFlags");
        for (JsonElement action : list("linux", "seccomp", "actions")) {
            JsonObject profile = profile();
            if (action.getAsString().equals("SCMP_ACT_NOTIFY")) {
                continue; // Somebody has to listen: SeccompListenerTest.
            }
            profile.getAsJsonArray("syscalls").get(0).getAsJsonObject().add("action", action);
            runs(profile);
        }
        for (JsonElement operator : list("linux", "seccomp", "operators")) {
            JsonObject profile = profile();
            JsonObject condition = new JsonObject();
            condition.addProperty("index", 0);
            condition.addProperty("value", 1);
            condition.addProperty("valueTwo", 1);
            condition.add("op", operator);
            JsonArray args = new JsonArray();
            args.add(condition);
            profile.getAsJsonArray("syscalls").get(0).getAsJsonObject().add("args", args);
            runs(profile);
        }
        JsonObject architectures = profile();
        architectures.add("architectures", list("linux", "seccomp", "archs"));
        runs(architectures);
        JsonObject flags = profile();
        flags.add("flags", list("linux", "seccomp", "supportedFlags"));
        runs(flags);
    }

    private static JsonObject profile() {
        return JsonParser.parseString("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\":"
                        + " [\"acct\"], \"action\": \"SCMP_ACT_ERRNO\"}]}")
                .getAsJsonObject();
    }

    private void runs(JsonObject profile) throws Exception {
        try (Box box = box().with("linux.seccomp", profile.toString())) {
            assertThat(box.prints("echo ran")).as(profile.toString()).isEqualTo("ran");
        }
    }

    @Test
    @Must("features-idmap")
    void mappingsOfMountsAreLookedAt() {
        assertThat(features.getAsJsonObject("linux")
                        .getAsJsonObject("mountExtensions")
                        .getAsJsonObject("idmap")
                        .get("enabled")
                        .getAsBoolean())
                .isTrue();
    }
}

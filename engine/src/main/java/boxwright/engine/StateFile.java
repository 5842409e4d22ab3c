package boxwright.engine;

import boxwright.isolation.ResourceLimits;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@link ContainerState} as a file, {@code state.json} in the directory of the container.
 *
 * <pre>{@code
 * {"schema": "boxwright.state/1",
 *  "id": "5d1e…", "name": "web", "image": "host", "command": ["sleep", "60"],
 *  "created": 1764038400000, "pid": 4711, "start": 123456,
 *  "environment": {"PATH": "/usr/bin:/bin", "HOSTNAME": "5d1e…"}, "directory": "/srv",
 *  "capAdd": [], "capDrop": ["ALL"], "user": "1000", "groupAdd": [], "privileged": false, "securityOpt": [],
 *  "ulimits": ["nofile=1024:2048"], "oomScoreAdj": 500,
 *  "stopSignal": 15, "stopTimeout": 10}
 * }</pre>
 *
 * <p>Written member by member: every container waits for it, and reflection would cost a cold JVM more than the container.
 * It appears by a rename, whole or not at all. There is no fsync: after a crash of the machine the container is gone too.
 *
 * @param directory the directory of the container
 */
record StateFile(Path directory) {
    private static final String SCHEMA = "boxwright.state/1";

    private Path file() {
        return directory.resolve("state.json");
    }

    /** Writes it. */
    void write(ContainerState state) {
        StringWriter text = new StringWriter();
        try {
            JsonWriter json = new JsonWriter(text);
            json.beginObject();
            json.name("schema").value(SCHEMA);
            json.name("id").value(state.id());
            if (state.name().isPresent()) {
                json.name("name").value(state.name().get());
            }
            json.name("image").value(state.image());
            list(json, "command", state.command());
            json.name("created").value(state.created());
            json.name("pid").value(state.pid());
            json.name("start").value(state.start());
            json.name("environment").beginObject();
            for (Map.Entry<String, String> variable : state.environment().entrySet()) {
                json.name(variable.getKey()).value(variable.getValue());
            }
            json.endObject();
            json.name("directory").value(state.directory());
            privileges(json, state.privileges());
            resources(json, state.resources());
            json.name("stopSignal").value(state.stop().signal());
            json.name("stopTimeout").value(state.stop().seconds());
            json.endObject();
            Path whole = directory.resolve("state.json.new");
            Files.writeString(whole, text.toString());
            Files.move(whole, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write down the state of the container: " + e.getMessage(), e);
        }
    }

    private static void privileges(JsonWriter json, PrivilegeRequest privileges) throws IOException {
        list(json, "capAdd", privileges.addedCapabilities());
        list(json, "capDrop", privileges.droppedCapabilities());
        json.name("user").value(privileges.user());
        list(json, "groupAdd", privileges.addedGroups());
        json.name("privileged").value(privileges.privileged());
        list(json, "securityOpt", privileges.securityOptions());
    }

    private static void resources(JsonWriter json, ResourceLimits resources) throws IOException {
        List<String> ulimits = new ArrayList<>();
        for (ResourceLimits.Limit limit : resources.limits()) {
            ulimits.add(limit.toString());
        }
        list(json, "ulimits", ulimits);
        if (resources.oomScoreAdjustment().isPresent()) {
            json.name("oomScoreAdj").value(resources.oomScoreAdjustment().getAsInt());
        }
    }

    private static void list(JsonWriter json, String name, List<String> values) throws IOException {
        json.name(name).beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    /**
     * Reads it; empty where there is none: the container is being started, or has ended since.
     *
     * @throws EngineException where it is none of ours
     */
    Optional<ContainerState> read() {
        try {
            JsonObject json = JsonParser.parseString(Files.readString(file())).getAsJsonObject();
            if (!json.get("schema").getAsString().equals(SCHEMA)) {
                throw new EngineException(file() + " is not of this version of boxwright: it has the schema "
                        + json.get("schema").getAsString() + ", and not " + SCHEMA + ".");
            }
            return Optional.of(state(json));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonParseException | IllegalStateException | NullPointerException | IllegalArgumentException e) {
            throw new EngineException(file() + " is damaged: " + e.getMessage());
        }
    }

    private static ContainerState state(JsonObject json) {
        Map<String, String> environment = new LinkedHashMap<>();
        json.getAsJsonObject("environment")
                .entrySet()
                .forEach(variable ->
                        environment.put(variable.getKey(), variable.getValue().getAsString()));
        List<ResourceLimits.Limit> limits = new ArrayList<>();
        list(json, "ulimits").forEach(text -> limits.add(Ulimits.parse(text)));
        return new ContainerState(
                json.get("id").getAsString(),
                json.has("name") ? Optional.of(json.get("name").getAsString()) : Optional.empty(),
                json.get("image").getAsString(),
                list(json, "command"),
                json.get("created").getAsLong(),
                json.get("pid").getAsInt(),
                json.get("start").getAsLong(),
                environment,
                json.get("directory").getAsString(),
                new PrivilegeRequest(
                        list(json, "capAdd"),
                        list(json, "capDrop"),
                        json.get("user").getAsString(),
                        list(json, "groupAdd"),
                        json.get("privileged").getAsBoolean(),
                        list(json, "securityOpt")),
                new ResourceLimits(
                        limits,
                        json.has("oomScoreAdj")
                                ? OptionalInt.of(json.get("oomScoreAdj").getAsInt())
                                : OptionalInt.empty()),
                new StopRequest(
                        json.get("stopSignal").getAsInt(),
                        json.get("stopTimeout").getAsInt()));
    }

    private static List<String> list(JsonObject json, String name) {
        JsonArray array = json.getAsJsonArray(name);
        List<String> values = new ArrayList<>();
        for (JsonElement element : array) {
            values.add(element.getAsString());
        }
        return values;
    }
}

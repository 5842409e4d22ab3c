package boxwright.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Finished;
import boxwright.kernel.Machine;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A bundle whose configuration a test changes, and the container that is made of it. Closed, it must have left nothing. */
final class Box implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Path directory;
    private final JsonObject config;

    /** Ours, with its state in the bundle's directory. */
    final OciRuntime runtime;

    /** The container's. */
    final String id;

    /** A bundle of busybox, in a directory that is there and empty. */
    Box(Path directory) {
        Machine.needsRoot();
        this.directory = directory;
        this.runtime = OciRuntime.ours(directory.resolve("state"));
        this.id = "box-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
        try {
            if (!Files.exists(directory.resolve("rootfs"))) {
                OciRuntime.bundle(directory, "exit 0");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.config = JsonParser.parseString(OciRuntime.config("exit 0")).getAsJsonObject();
    }

    Path bundle() {
        return directory;
    }

    /** Sets a member, such as {@code linux.cgroupsPath}, to a JSON value. A member that ends in {@code +} gets one more. */
    Box with(String member, String json) {
        String[] names = member.replace("+", "").split("\\.");
        JsonObject parent = config;
        for (int i = 0; i < names.length - 1; i++) {
            if (!parent.has(names[i])) {
                parent.add(names[i], new JsonObject());
            }
            parent = parent.getAsJsonObject(names[i]);
        }
        String last = names[names.length - 1];
        JsonElement value = JsonParser.parseString(json);
        if (member.endsWith("+")) {
            if (!parent.has(last)) {
                parent.add(last, new JsonArray());
            }
            parent.getAsJsonArray(last).add(value);
        } else {
            parent.add(last, value);
        }
        return this;
    }

    /** Takes a member out. */
    Box without(String member) {
        int dot = member.lastIndexOf('.');
        JsonObject parent = dot < 0 ? config : config.getAsJsonObject(member.substring(0, dot));
        parent.remove(member.substring(dot + 1));
        return this;
    }

    /** The program, a script of sh. */
    Box script(String script) {
        JsonArray args = new JsonArray();
        Stream.of("sh", "-c", script).forEach(args::add);
        config.getAsJsonObject("process").add("args", args);
        return this;
    }

    /** Writes {@code config.json}. */
    Box write() {
        try {
            Files.writeString(directory.resolve("config.json"), config.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Runs a command about this container: the id is added. */
    Finished command(String verb, String... words) {
        Stream<String> line = Stream.concat(Stream.of(verb), Stream.concat(Stream.of(words), Stream.of(id)));
        return runtime.run(line.toArray(String[]::new));
    }

    /** The command line that makes it, for who runs it himself: {@code create} or {@code run}. */
    List<String> line(String verb) {
        return runtime.line(verb, "--bundle", directory.toString(), id);
    }

    Finished create() {
        write();
        return command("create", "--bundle", directory.toString());
    }

    /** Runs a script in the container, to its end. */
    Finished run(String script) {
        script(script).write();
        return command("run", "--bundle", directory.toString());
    }

    /** What a script prints that has worked. */
    String prints(String script) {
        return run(script).text();
    }

    /** Makes the container and starts its program, which goes on. */
    Box started(String script) {
        script(script);
        assertThat(create().text()).isEmpty();
        assertThat(command("start").text()).isEmpty();
        return this;
    }

    /** That no container can be made of this: what is said about it. */
    String refused() {
        Finished outcome = create();
        assertThat(outcome.exitCode()).as("create: " + outcome.err()).isEqualTo(1);
        assertThat(outcome.err()).contains("level=error").hasLineCount(1).doesNotContain("\tat ", "Exception");
        assertThat(runtime.status(id)).isEqualTo("none");
        assertThat(directory.resolve("state").resolve(id)).doesNotExist();
        return outcome.err();
    }

    String status() {
        return runtime.status(id);
    }

    /** Waits for a status. */
    void becomes(String status) {
        Machine.eventually("it is " + status, () -> status().equals(status));
    }

    /** Waits until its program has written this into a file of its root: there is a file before there is something in it. */
    void writes(String file, String content) {
        Path inside = directory.resolve("rootfs").resolve(file);
        Machine.eventually(
                "it writes " + file,
                () -> Files.exists(inside) && Files.readString(inside).equals(content));
    }

    JsonObject state() {
        return JsonParser.parseString(command("state").text()).getAsJsonObject();
    }

    int pid() {
        return state().get("pid").getAsInt();
    }

    /** That no container can be made of this, and that the reason names these. Closes it. */
    void isRefused(String... named) throws IOException {
        try (this) {
            assertThat(refused()).contains(named);
        }
    }

    @Override
    public void close() throws IOException {
        command("delete", "--force");
        assertThat(status()).isEqualTo("none");
        assertThat(Leftovers.of(directory, id)).isEmpty();
    }
}

package boxwright.runtime.oci;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;

/**
 * A container as it is now, runtime.md "State"; the last four members are runc's.
 *
 * <pre>{@code
 * {
 *   "ociVersion": "1.2.0",
 *   "id": "web",
 *   "pid": 4422,
 *   "status": "running",
 *   "bundle": "/b",
 *   "rootfs": "/b/rootfs",
 *   "created": "2026-11-25T01:59:26.123456Z",
 *   "annotations": {"a": "b"},
 *   "owner": "root"
 * }
 * }</pre>
 *
 * @param record what was recorded
 * @param status where it is in its life
 */
public record ContainerState(ContainerRecord record, Status status) {
    /** The number of its first process; 0 when it has none. */
    public int pid() {
        return status == Status.STOPPED ? 0 : record.process().pid();
    }

    /**
     * As JSON that is easy to read.
     *
     * @param owner the name of the one who created it
     */
    public String json(String owner) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            write(json, owner);
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString();
    }

    /** The same, into a document. */
    public void write(JsonWriter json, String owner) throws IOException {
        json.beginObject();
        json.name("ociVersion").value(record.ociVersion());
        json.name("id").value(record.id());
        json.name("pid").value(pid());
        json.name("status").value(status.word());
        json.name("bundle").value(record.bundle());
        json.name("rootfs").value(record.rootfs());
        json.name("created").value(record.created());
        annotations(json);
        json.name("owner").value(owner);
        json.endObject();
    }

    /**
     * What a hook reads on its standard input: the members of the specification and no others.
     *
     * @param pid as the hook's own pid namespace has it
     */
    static String forHook(ContainerRecord record, Status status, int pid) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("ociVersion").value(record.ociVersion());
            json.name("id").value(record.id());
            json.name("status").value(status.word());
            if (pid != 0) {
                json.name("pid").value(pid);
            }
            json.name("bundle").value(record.bundle());
            new ContainerState(record, status).annotations(json);
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString();
    }

    private void annotations(JsonWriter json) throws IOException {
        if (!record.annotations().isEmpty()) {
            json.name("annotations").beginObject();
            for (Map.Entry<String, String> annotation : record.annotations().entrySet()) {
                json.name(annotation.getKey()).value(annotation.getValue());
            }
            json.endObject();
        }
    }
}

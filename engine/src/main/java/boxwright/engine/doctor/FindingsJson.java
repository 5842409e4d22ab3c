package boxwright.engine.doctor;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Findings for a program:
 *
 * <pre>{@code
 * {
 *   "run": true,
 *   "counts": {"ok": 1, "limited": 0, "missing": 0, "unknown": 0},
 *   "groups": [
 *     {"title": "namespaces", "checks": [
 *       {"name": "pid", "status": "ok", "found": "clone3 makes one", "why": "", "step": "", "fix": "", "stopsRun": false}
 *     ]}
 *   ]
 * }
 * }</pre>
 */
public final class FindingsJson {
    private FindingsJson() {}

    /** The JSON text, with a line break at its end. */
    public static String write(Findings findings) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.beginObject();
            json.name("run").value(findings.stoppers().isEmpty());
            json.name("counts").beginObject();
            for (Status status : Status.values()) {
                json.name(status.word()).value(findings.count(status));
            }
            json.endObject();
            json.name("groups").beginArray();
            for (Findings.Group group : findings.groups()) {
                json.beginObject()
                        .name("title")
                        .value(group.title())
                        .name("checks")
                        .beginArray();
                for (Check check : group.checks()) {
                    write(check, json);
                }
                json.endArray().endObject();
            }
            json.endArray().endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter throws none
        }
        return text.append('\n').toString();
    }

    private static void write(Check check, JsonWriter json) throws IOException {
        json.beginObject();
        json.name("name").value(check.name());
        json.name("status").value(check.status().word());
        json.name("found").value(check.found());
        json.name("why").value(check.why());
        json.name("step").value(check.step());
        json.name("fix").value(check.fix());
        json.name("stopsRun").value(check.stopsRun());
        json.endObject();
    }
}

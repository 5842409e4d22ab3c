package boxwright.runtime.oci;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one command leaves for the next: {@code state.json} in the container's directory.
 *
 * <pre>{@code
 * {"ociVersion":"1.3.0","id":"web","bundle":"/b","rootfs":"/b/rootfs","created":"2026-11-25T01:59:26.123Z","owner":0,
 *  "pid":4422,"startTime":88123,"program":"(dev=1,ino=1041)","cgroups":["/sys/fs/cgroup/pids/web"],
 *  "made":["/sys/fs/cgroup/pids/web"],"unit":"","unitOfUser":false,"annotations":{"a":"b"}}
 * }</pre>
 *
 * @param ociVersion that the bundle names
 * @param id the container's
 * @param bundle its directory, absolute
 * @param rootfs absolute
 * @param created when, RFC 3339
 * @param owner who created it, a uid
 * @param process its first process; {@link ProcessIdentity#NONE} before there is one
 * @param launcher what that process executes as long as it waits for {@code start}: device and inode of the launcher
 * @param cgroups the directories that its processes are in, one for each hierarchy
 * @param made those of them that were made for it: only their processes are surely the container's, and only they go
 *     with it
 * @param unit the scope that systemd has made of them
 * @param annotations of the bundle
 */
public record ContainerRecord(
        String ociVersion,
        String id,
        String bundle,
        String rootfs,
        String created,
        int owner,
        ProcessIdentity process,
        String launcher,
        List<String> cgroups,
        List<String> made,
        SystemdUnit unit,
        Map<String, String> annotations) {
    public ContainerRecord {
        cgroups = List.copyOf(cgroups);
        made = List.copyOf(made);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /** The same container, with a process. */
    ContainerRecord with(ProcessIdentity first, String executable) {
        return new ContainerRecord(
                ociVersion, id, bundle, rootfs, created, owner, first, executable, cgroups, made, unit, annotations);
    }

    /** The same container, before systemd has made a scope for it. */
    ContainerRecord withoutScope() {
        SystemdUnit none = SystemdUnit.NONE;
        return new ContainerRecord(
                ociVersion,
                id,
                bundle,
                rootfs,
                created,
                owner,
                process,
                launcher,
                cgroups,
                List.of(),
                none,
                annotations);
    }

    String json() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            json.name("ociVersion").value(ociVersion);
            json.name("id").value(id);
            json.name("bundle").value(bundle);
            json.name("rootfs").value(rootfs);
            json.name("created").value(created);
            json.name("owner").value(owner);
            json.name("pid").value(process.pid());
            json.name("startTime").value(process.startTime());
            json.name("launcher").value(launcher);
            list(json, "cgroups", cgroups);
            list(json, "made", made);
            json.name("unit").value(unit.name());
            json.name("unitOfUser").value(unit.systemd().ofUser());
            json.name("annotations").beginObject();
            for (Map.Entry<String, String> annotation : annotations.entrySet()) {
                json.name(annotation.getKey()).value(annotation.getValue());
            }
            json.endObject().endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString();
    }

    private static void list(JsonWriter json, String name, List<String> values) throws IOException {
        json.name(name).beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    private static List<String> list(JsonReader json) throws IOException {
        List<String> values = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            values.add(json.nextString());
        }
        json.endArray();
        return values;
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IOException when it is something else
     */
    static ContainerRecord read(String text) throws IOException {
        String version = "";
        String id = "";
        String bundle = "";
        String rootfs = "";
        String created = "";
        int owner = 0;
        int pid = 0;
        long startTime = 0;
        String launcher = "";
        List<String> cgroups = List.of();
        List<String> made = List.of();
        String unit = "";
        boolean unitOfUser = false;
        Map<String, String> annotations = new LinkedHashMap<>();
        JsonReader json = new JsonReader(new StringReader(text));
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "ociVersion" -> version = json.nextString();
                case "id" -> id = json.nextString();
                case "bundle" -> bundle = json.nextString();
                case "rootfs" -> rootfs = json.nextString();
                case "created" -> created = json.nextString();
                case "owner" -> owner = json.nextInt();
                case "pid" -> pid = json.nextInt();
                case "startTime" -> startTime = json.nextLong();
                case "launcher" -> launcher = json.nextString();
                case "cgroups" -> cgroups = list(json);
                case "made" -> made = list(json);
                case "unit" -> unit = json.nextString();
                case "unitOfUser" -> unitOfUser = json.nextBoolean();
                case "annotations" -> {
                    json.beginObject();
                    while (json.hasNext()) {
                        annotations.put(json.nextName(), json.nextString());
                    }
                    json.endObject();
                }
                default -> json.skipValue();
            }
        }
        json.endObject();
        return new ContainerRecord(
                version,
                id,
                bundle,
                rootfs,
                created,
                owner,
                new ProcessIdentity(pid, startTime),
                launcher,
                cgroups,
                made,
                new SystemdUnit(new Systemd(unitOfUser), unit),
                annotations);
    }
}

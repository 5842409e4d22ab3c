package boxwright.runtime.oci;

import boxwright.runtime.spec.SpecVersion;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@code config.json} to begin with: a shell in a container, as {@code runc spec} has it. */
public final class StarterBundle {
    private static final String FILE = "config.json";
    private static final List<String> CAPABILITIES = List.of("CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE");
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/sys/firmware",
            "/proc/scsi");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private StarterBundle() {}

    /**
     * Writes it into a directory.
     *
     * @param rootless whether it is for a user who is not root, whose ids are the maps'
     * @throws OperationException when there is one
     */
    public static void write(Path directory, boolean rootless) throws IOException {
        try {
            Files.writeString(
                    directory.resolve(FILE),
                    json(rootless, id("unix:uid"), id("unix:gid")),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new OperationException("File " + FILE + " exists. Remove it first");
        }
    }

    private static int id(String attribute) throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), attribute) instanceof Integer id ? id : 0;
    }

    private static String json(boolean rootless, int uid, int gid) {
        Map<String, Object> all = object();
        all.put("ociVersion", SpecVersion.NEWEST);
        all.put("process", process());
        all.put("root", object("path", "rootfs", "readonly", true));
        all.put("hostname", "boxwright");
        all.put("mounts", mounts(rootless));
        all.put("linux", linux(rootless, uid, gid));
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("\t");
            write(json, all);
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.append('\n').toString();
    }

    private static Map<String, Object> process() {
        Map<String, Object> process = object();
        process.put("terminal", true);
        process.put("user", object("uid", 0, "gid", 0));
        process.put("args", List.of("sh"));
        process.put("env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"));
        process.put("cwd", "/");
        process.put(
                "capabilities", object("bounding", CAPABILITIES, "effective", CAPABILITIES, "permitted", CAPABILITIES));
        process.put("rlimits", List.of(object("type", "RLIMIT_NOFILE", "hard", 1024, "soft", 1024)));
        process.put("noNewPrivileges", true);
        return process;
    }

    private static List<Object> mounts(boolean rootless) {
        List<String> terminals =
                new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"));
        if (!rootless) {
            terminals.add("gid=5"); // It is nobody's in a user namespace of one id.
        }
        List<Object> mounts = new ArrayList<>();
        mounts.add(object("destination", "/proc", "type", "proc", "source", "proc"));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
        mounts.add(mount("/dev/pts", "devpts", "devpts", terminals));
        mounts.add(mount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
        // Who has no network namespace of his own may mount no sysfs; sysfs(5).
        mounts.add(
                rootless
                        ? mount("/sys", "none", "/sys", List.of("rbind", "nosuid", "noexec", "nodev", "ro"))
                        : mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
        mounts.add(mount("/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
        return mounts;
    }

    private static Map<String, Object> mount(String destination, String type, String source, List<String> options) {
        return object("destination", destination, "type", type, "source", source, "options", options);
    }

    private static Map<String, Object> linux(boolean rootless, int uid, int gid) {
        Map<String, Object> linux = object();
        List<Object> namespaces = new ArrayList<>();
        if (rootless) {
            linux.put("uidMappings", List.of(object("containerID", 0, "hostID", uid, "size", 1)));
            linux.put("gidMappings", List.of(object("containerID", 0, "hostID", gid, "size", 1)));
        } else {
            linux.put("resources", object("devices", List.of(object("allow", false, "access", "rwm"))));
        }
        for (String type : rootless
                ? List.of("pid", "ipc", "uts", "mount", "cgroup", "user")
                : List.of("pid", "network", "ipc", "uts", "mount", "cgroup")) {
            namespaces.add(object("type", type));
        }
        linux.put("namespaces", namespaces);
        linux.put("maskedPaths", MASKED);
        linux.put("readonlyPaths", READ_ONLY);
        return linux;
    }

    private static Map<String, Object> object(Object... members) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put((String) members[i], members[i + 1]);
        }
        return object;
    }

    private static void write(JsonWriter json, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> object -> {
                json.beginObject();
                for (Map.Entry<?, ?> member : object.entrySet()) {
                    json.name((String) member.getKey());
                    write(json, member.getValue());
                }
                json.endObject();
            }
            case List<?> list -> {
                json.beginArray();
                for (Object element : list) {
                    write(json, element);
                }
                json.endArray();
            }
            case Boolean truth -> json.value(truth);
            case Number number -> json.value(number);
            default -> json.value(value.toString());
        }
    }
}

package boxwright.runtime.oci;

import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.MemoryPolicy;
import boxwright.isolation.MountOptions;
import boxwright.isolation.seccomp.Abi;
import boxwright.kernel.Capability;
import boxwright.runtime.spec.SpecVersion;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** What this runtime can do, features.md; it names nothing that is refused when it is asked for. */
public final class Features {
    private static final List<String> HOOKS =
            List.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
    private static final List<String> NAMESPACES =
            List.of("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts");
    private static final List<String> ACTIONS = List.of(
            "SCMP_ACT_ALLOW",
            "SCMP_ACT_ERRNO",
            "SCMP_ACT_KILL",
            "SCMP_ACT_KILL_PROCESS",
            "SCMP_ACT_KILL_THREAD",
            "SCMP_ACT_LOG",
            "SCMP_ACT_NOTIFY",
            "SCMP_ACT_TRACE",
            "SCMP_ACT_TRAP");
    private static final List<String> OPERATORS = List.of(
            "SCMP_CMP_EQ",
            "SCMP_CMP_GE",
            "SCMP_CMP_GT",
            "SCMP_CMP_LE",
            "SCMP_CMP_LT",
            "SCMP_CMP_MASKED_EQ",
            "SCMP_CMP_NE");

    private static final List<String> FLAGS = List.of(
            "SECCOMP_FILTER_FLAG_LOG",
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
            "SECCOMP_FILTER_FLAG_TSYNC",
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV");

    private Features() {}

    /** The document. */
    public static String json() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("    ");
            json.beginObject();
            json.name("ociVersionMin").value(SpecVersion.OLDEST);
            json.name("ociVersionMax").value(SpecVersion.NEWEST);
            list(json, "hooks", HOOKS);
            list(json, "mountOptions", MountOptions.known());
            json.name("linux").beginObject();
            list(json, "namespaces", NAMESPACES);
            list(json, "capabilities", capabilities());
            json.name("cgroup").beginObject();
            json.name("v1").value(true).name("v2").value(true);
            json.name("systemd").value(true).name("systemdUser").value(true);
            json.endObject();
            json.name("seccomp").beginObject().name("enabled").value(true);
            list(json, "actions", ACTIONS);
            list(json, "operators", OPERATORS);
            List<String> abis = new ArrayList<>();
            for (Abi abi : Abi.values()) {
                abis.add(abi.symbol());
            }
            abis.sort(null);
            list(json, "archs", abis);
            list(json, "knownFlags", FLAGS);
            list(json, "supportedFlags", FLAGS);
            json.endObject();
            enabled(json, "apparmor", true);
            enabled(json, "selinux", true);
            enabled(json, "intelRdt", false);
            json.name("mountExtensions").beginObject();
            enabled(json, "idmap", true);
            json.endObject();
            enabled(json, "netDevices", true);
            json.name("memoryPolicy").beginObject();
            list(json, "modes", MemoryPolicy.modes());
            list(json, "flags", MemoryPolicy.knownFlags());
            json.endObject();
            json.endObject();
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException(e); // A StringWriter has no errors.
        }
        return text.toString();
    }

    private static List<String> capabilities() {
        List<String> names = new ArrayList<>();
        int last = CapabilityChoice.here().last();
        for (Capability capability : Capability.values()) {
            if (capability.number() <= last) {
                names.add(capability.name());
            }
        }
        return names;
    }

    private static void list(JsonWriter json, String name, List<String> values) throws IOException {
        json.name(name).beginArray();
        for (String value : values) {
            json.value(value);
        }
        json.endArray();
    }

    private static void enabled(JsonWriter json, String name, boolean enabled) throws IOException {
        json.name(name).beginObject().name("enabled").value(enabled).endObject();
    }
}

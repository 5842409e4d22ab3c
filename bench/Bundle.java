import boxwright.engine.ContainerRequest;
import boxwright.engine.Containers;
import boxwright.engine.Home;
import boxwright.isolation.Capabilities;
import boxwright.isolation.Isolation;
import boxwright.isolation.MaskedPaths;
import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.seccomp.Abi;
import boxwright.isolation.seccomp.Action;
import boxwright.isolation.seccomp.Comparison;
import boxwright.isolation.seccomp.DefaultProfile;
import boxwright.isolation.seccomp.Profile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.Rule;
import boxwright.kernel.Capability;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes an OCI bundle with the container that {@code boxwright run} makes by default, so that an OCI runtime can be measured
 * beside it. {@code bench/config.json} has its namespaces and mounts; the capabilities, the seccomp profile, the devices and
 * the masked paths are the engine's own. One thing is less: the root is a directory as it is, and no overlay over it.
 *
 * <pre>{@code java -cp engine/target/boxwright.jar bench/Bundle.java TEMPLATE BUNDLE ROOTFS ARG...}</pre>
 */
final class Bundle {
    private Bundle() {}

    public static void main(String[] args) throws IOException {
        Path bundle = Path.of(args[1]);
        List<String> command = List.of(args).subList(3, args.length);
        Files.createDirectories(bundle);
        Files.writeString(bundle.resolve("hostname"), "bench\n");
        Files.writeString(bundle.resolve("hosts"), "127.0.0.1\tlocalhost\n127.0.1.1\tbench\n");
        Gson gson = new Gson();
        JsonObject config = JsonParser.parseString(Files.readString(Path.of(args[0]))).getAsJsonObject();
        config.getAsJsonObject("root").addProperty("path", args[2]);
        for (String file : List.of("hostname", "hosts")) {
            config.getAsJsonArray("mounts")
                    .add(gson.toJsonTree(Map.of(
                            "destination", "/etc/" + file,
                            "source", bundle.resolve(file).toString(),
                            "options", List.of("bind"))));
        }
        JsonObject process = config.getAsJsonObject("process");
        process.add("args", gson.toJsonTree(command));
        Set<Capability> capabilities = capabilities();
        process.add("capabilities", gson.toJsonTree(sets(capabilities)));
        JsonObject linux = config.getAsJsonObject("linux");
        linux.add("maskedPaths", gson.toJsonTree(masked()));
        linux.add("readonlyPaths", gson.toJsonTree(MaskedPaths.asDockerDoes().readOnly()));
        linux.add("resources", gson.toJsonTree(Map.of("devices", devices())));
        linux.add("seccomp", gson.toJsonTree(seccomp(capabilities)));
        Files.writeString(bundle.resolve("config.json"), gson.toJson(config));
    }

    /** Those of a container without a flag. */
    private static Set<Capability> capabilities() {
        Containers.Prepared container =
                new Containers(Home.ofThisUser()).prepare(ContainerRequest.of("host", List.of("true")), false);
        for (Isolation mechanism : container.confinement().isolation()) {
            if (mechanism instanceof Capabilities sets) {
                return sets.bounding();
            }
        }
        throw new IllegalStateException("a container without capabilities");
    }

    private static Map<String, List<String>> sets(Set<Capability> capabilities) {
        List<String> names = capabilities.stream().map(Capability::name).sorted().toList();
        return Map.of("bounding", names, "effective", names, "permitted", names);
    }

    private static List<String> masked() {
        List<String> paths = new ArrayList<>(MaskedPaths.asDockerDoes().files());
        paths.addAll(MaskedPaths.asDockerDoes().directories());
        return paths;
    }

    private static List<Map<String, Object>> devices() {
        List<Map<String, Object>> devices = new ArrayList<>();
        devices.add(Map.of("allow", false, "access", "rwm"));
        for (DeviceRule rule : DeviceRules.asDockerDoes().allowed()) {
            Map<String, Object> device = new LinkedHashMap<>();
            device.put("allow", true);
            device.put("type", String.valueOf(rule.type()));
            if (rule.major() != DeviceRule.ANY) {
                device.put("major", rule.major());
            }
            if (rule.minor() != DeviceRule.ANY) {
                device.put("minor", rule.minor());
            }
            device.put("access", rule.access() == DeviceRule.MAKE ? "m" : "rwm");
            devices.add(device);
        }
        return devices;
    }

    private static Map<String, Object> seccomp(Set<Capability> capabilities) {
        ProfileContext context = ProfileContext.of(capabilities);
        Profile profile = DefaultProfile.conditional().in(context);
        List<String> architectures = new ArrayList<>(List.of(Abi.nativeOf(context.architecture()).symbol()));
        profile.abis().forEach(abi -> architectures.add(abi.symbol()));
        List<Map<String, Object>> calls = new ArrayList<>();
        for (Rule rule : profile.rules()) {
            Map<String, Object> call = new LinkedHashMap<>();
            call.put("names", rule.names());
            answer(call, "action", rule.action());
            call.put("args", rule.conditions().stream().map(Bundle::comparison).toList());
            calls.add(call);
        }
        Map<String, Object> seccomp = new LinkedHashMap<>();
        answer(seccomp, "defaultAction", profile.defaultAction());
        seccomp.put("architectures", architectures);
        seccomp.put("syscalls", calls);
        return seccomp;
    }

    private static void answer(Map<String, Object> to, String name, Action action) {
        to.put(name, "SCMP_ACT_" + action.kind());
        if (action.kind() == Action.Kind.ERRNO) {
            to.put(name.equals("action") ? "errnoRet" : "defaultErrnoRet", action.data());
        }
    }

    private static Map<String, Object> comparison(Comparison comparison) {
        return Map.of(
                "index", comparison.index(),
                "value", comparison.value(),
                "valueTwo", comparison.valueTwo(),
                "op", "SCMP_CMP_" + comparison.op());
    }
}

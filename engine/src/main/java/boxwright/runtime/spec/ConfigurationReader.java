package boxwright.runtime.spec;

import boxwright.runtime.spec.Configuration.Hook;
import boxwright.runtime.spec.Configuration.Hooks;
import boxwright.runtime.spec.Configuration.IdMapping;
import boxwright.runtime.spec.Configuration.Mount;
import boxwright.runtime.spec.Configuration.Root;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code config.json}, and the process of {@code exec} and the resources of {@code update} by themselves. */
public final class ConfigurationReader {
    private ConfigurationReader() {}

    /**
     * Reads a configuration. Only types are checked, see {@link Validation} for the rest.
     *
     * @param document its name, for messages
     * @throws SpecException with the place: {@code process.args[2]: a string is expected, found a number}
     */
    public static Configuration read(String document, String text) {
        return Json.read(document, text, ConfigurationReader::configuration);
    }

    /** Reads a {@code process} that is a document of its own. */
    public static ProcessSpec readProcess(String document, String text) {
        return Json.read(document, text, ProcessReader::process);
    }

    /** Reads {@code resources} that are a document of their own. */
    public static Resources readResources(String document, String text) {
        Resources resources = Json.read(document, text, ResourcesReader::resources);
        ResourceChecks.check("", resources);
        return resources;
    }

    private static Configuration configuration(Json json) throws IOException {
        String version = "";
        Optional<ProcessSpec> process = Optional.empty();
        Optional<Root> root = Optional.empty();
        String hostname = "";
        String domainname = "";
        List<Mount> mounts = List.of();
        Hooks hooks = Hooks.none();
        Map<String, String> annotations = Map.of();
        Linux linux = LinuxReader.none();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "ociVersion" -> version = json.string();
                case "process" -> process = Optional.of(ProcessReader.process(json));
                case "root" -> root = Optional.of(root(json));
                case "hostname" -> hostname = json.string();
                case "domainname" -> domainname = json.string();
                case "mounts" -> mounts = json.list(ConfigurationReader::mount);
                case "hooks" -> hooks = hooks(json);
                case "annotations" -> annotations = json.map(Json::string);
                case "linux" -> linux = LinuxReader.linux(json);
                default -> json.skip();
            }
        }
        return new Configuration(version, process, root, hostname, domainname, mounts, hooks, annotations, linux);
    }

    private static Root root(Json json) throws IOException {
        String path = "";
        boolean readonly = false;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "path" -> path = json.string();
                case "readonly" -> readonly = json.bool();
                default -> json.skip();
            }
        }
        return new Root(path, readonly);
    }

    private static Mount mount(Json json) throws IOException {
        String destination = "";
        String type = "";
        String source = "";
        List<String> options = List.of();
        List<IdMapping> uids = List.of();
        List<IdMapping> gids = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "destination" -> destination = json.string();
                case "type" -> type = json.string();
                case "source" -> source = json.string();
                case "options" -> options = json.strings();
                case "uidMappings" -> uids = json.list(ConfigurationReader::mapping);
                case "gidMappings" -> gids = json.list(ConfigurationReader::mapping);
                default -> json.skip();
            }
        }
        return new Mount(destination, type, source, options, uids, gids);
    }

    static IdMapping mapping(Json json) throws IOException {
        long container = 0;
        long host = 0;
        long size = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "containerID" -> container = json.uint32();
                case "hostID" -> host = json.uint32();
                case "size" -> size = json.uint32();
                default -> json.skip();
            }
        }
        return new IdMapping(container, host, size);
    }

    private static Hooks hooks(Json json) throws IOException {
        List<Hook> prestart = List.of();
        List<Hook> createRuntime = List.of();
        List<Hook> createContainer = List.of();
        List<Hook> startContainer = List.of();
        List<Hook> poststart = List.of();
        List<Hook> poststop = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "prestart" -> prestart = json.list(ConfigurationReader::hook);
                case "createRuntime" -> createRuntime = json.list(ConfigurationReader::hook);
                case "createContainer" -> createContainer = json.list(ConfigurationReader::hook);
                case "startContainer" -> startContainer = json.list(ConfigurationReader::hook);
                case "poststart" -> poststart = json.list(ConfigurationReader::hook);
                case "poststop" -> poststop = json.list(ConfigurationReader::hook);
                default -> json.skip();
            }
        }
        return new Hooks(prestart, createRuntime, createContainer, startContainer, poststart, poststop);
    }

    private static Hook hook(Json json) throws IOException {
        String path = "";
        List<String> args = List.of();
        List<String> env = List.of();
        OptionalLong timeout = OptionalLong.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "path" -> path = json.string();
                case "args" -> args = json.strings();
                case "env" -> env = json.strings();
                case "timeout" -> timeout = json.optionalInt64();
                default -> json.skip();
            }
        }
        return new Hook(path, args, env, timeout);
    }
}

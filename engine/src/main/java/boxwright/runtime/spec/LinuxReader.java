package boxwright.runtime.spec;

import boxwright.isolation.seccomp.ConditionalProfile;
import boxwright.isolation.seccomp.ProfileReader;
import boxwright.runtime.spec.Configuration.IdMapping;
import boxwright.runtime.spec.Linux.Device;
import boxwright.runtime.spec.Linux.MemoryPolicy;
import boxwright.runtime.spec.Linux.Namespace;
import boxwright.runtime.spec.Linux.NetDevice;
import boxwright.runtime.spec.Linux.Personality;
import boxwright.runtime.spec.Linux.TimeOffset;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code linux}. */
final class LinuxReader {
    private LinuxReader() {}

    private List<Namespace> namespaces = List.of();
    private List<IdMapping> uidMappings = List.of();
    private List<IdMapping> gidMappings = List.of();
    private Map<String, TimeOffset> timeOffsets = Map.of();
    private List<Device> devices = List.of();
    private String cgroupsPath = "";
    private Resources resources = Resources.none();
    private Map<String, String> sysctl = Map.of();
    private Optional<ConditionalProfile> seccomp = Optional.empty();
    private String rootfsPropagation = "";
    private List<String> maskedPaths = List.of();
    private List<String> readonlyPaths = List.of();
    private String mountLabel = "";
    private Optional<Personality> personality = Optional.empty();
    private boolean intelRdt;
    private Map<String, NetDevice> netDevices = Map.of();
    private Optional<MemoryPolicy> memoryPolicy = Optional.empty();

    /** What a configuration without {@code linux} has. */
    static Linux none() {
        return new LinuxReader().result();
    }

    static Linux linux(Json json) throws IOException {
        LinuxReader reader = new LinuxReader();
        json.beginObject();
        while (json.member()) {
            reader.member(json);
        }
        return reader.result();
    }

    private void member(Json json) throws IOException {
        switch (json.name()) {
            case "namespaces" -> namespaces = json.list(LinuxReader::namespace);
            case "uidMappings" -> uidMappings = json.list(ConfigurationReader::mapping);
            case "gidMappings" -> gidMappings = json.list(ConfigurationReader::mapping);
            case "timeOffsets" -> timeOffsets = json.map(LinuxReader::timeOffset);
            case "devices" -> devices = json.list(LinuxReader::device);
            case "cgroupsPath" -> cgroupsPath = json.string();
            case "resources" -> resources = ResourcesReader.resources(json);
            case "sysctl" -> sysctl = json.map(Json::string);
            case "seccomp" -> seccomp = Optional.of(ProfileReader.readPart(json.tokens()));
            case "rootfsPropagation" -> rootfsPropagation = json.string();
            case "maskedPaths" -> maskedPaths = json.strings();
            case "readonlyPaths" -> readonlyPaths = json.strings();
            case "mountLabel" -> mountLabel = json.string();
            case "personality" -> personality = Optional.of(personality(json));
            case "intelRdt" -> {
                intelRdt = true;
                json.skip();
            }
            case "netDevices" -> netDevices = json.map(LinuxReader::netDevice);
            case "memoryPolicy" -> memoryPolicy = Optional.of(memoryPolicy(json));
            default -> json.skip();
        }
    }

    private Linux result() {
        return new Linux(
                namespaces,
                uidMappings,
                gidMappings,
                timeOffsets,
                devices,
                cgroupsPath,
                resources,
                sysctl,
                seccomp,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                mountLabel,
                personality,
                intelRdt,
                netDevices,
                memoryPolicy);
    }

    private static Namespace namespace(Json json) throws IOException {
        String type = "";
        String path = "";
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "type" -> type = json.string();
                case "path" -> path = json.string();
                default -> json.skip();
            }
        }
        return new Namespace(type, path);
    }

    private static TimeOffset timeOffset(Json json) throws IOException {
        long secs = 0;
        long nanosecs = 0;
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "secs" -> secs = json.int64();
                case "nanosecs" -> nanosecs = json.uint32();
                default -> json.skip();
            }
        }
        return new TimeOffset(secs, nanosecs);
    }

    private static Device device(Json json) throws IOException {
        String path = "";
        String type = "";
        long major = 0;
        long minor = 0;
        OptionalInt fileMode = OptionalInt.empty();
        OptionalLong uid = OptionalLong.empty();
        OptionalLong gid = OptionalLong.empty();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "path" -> path = json.string();
                case "type" -> type = json.string();
                case "major" -> major = json.int64();
                case "minor" -> minor = json.int64();
                case "fileMode" -> fileMode = OptionalInt.of((int) json.uint32());
                case "uid" -> uid = OptionalLong.of(json.uint32());
                case "gid" -> gid = OptionalLong.of(json.uint32());
                default -> json.skip();
            }
        }
        return new Device(path, type, major, minor, fileMode, uid, gid);
    }

    private static Personality personality(Json json) throws IOException {
        String domain = "";
        List<String> flags = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "domain" -> domain = json.string();
                case "flags" -> flags = json.strings();
                default -> json.skip();
            }
        }
        return new Personality(domain, flags);
    }

    private static NetDevice netDevice(Json json) throws IOException {
        String name = "";
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "name" -> name = json.string();
                default -> json.skip();
            }
        }
        return new NetDevice(name);
    }

    private static MemoryPolicy memoryPolicy(Json json) throws IOException {
        String mode = "";
        String nodes = "";
        List<String> flags = List.of();
        json.beginObject();
        while (json.member()) {
            switch (json.name()) {
                case "mode" -> mode = json.string();
                case "nodes" -> nodes = json.string();
                case "flags" -> flags = json.strings();
                default -> json.skip();
            }
        }
        return new MemoryPolicy(mode, nodes, flags);
    }
}

package boxwright.runtime.spec;

import boxwright.isolation.seccomp.ConditionalProfile;
import boxwright.runtime.spec.Configuration.IdMapping;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What only Linux has: config-linux.md.
 *
 * @param namespaces new or joined; those that are not named are the runtime's own
 * @param uidMappings of a new user namespace
 * @param gidMappings of a new user namespace
 * @param timeOffsets by clock, {@code monotonic} or {@code boottime}
 * @param devices beside those that every container has
 * @param cgroupsPath where the container's cgroup is; empty for a place that the runtime chooses
 * @param resources limits
 * @param sysctl parameters of the kernel, {@code net.core.somaxconn}
 * @param seccomp which system calls it may make
 * @param rootfsPropagation {@code shared}, {@code slave}, {@code private}, {@code unbindable}, or empty
 * @param maskedPaths paths that read as empty
 * @param readonlyPaths paths that can only be read
 * @param mountLabel of SELinux, for the mounts; empty for none
 * @param personality personality(2)
 * @param intelRdt whether Intel's Resource Director is asked for
 * @param netDevices devices of the runtime's network namespace that move to the container, by name
 * @param memoryPolicy set_mempolicy(2)
 */
public record Linux(
        List<Namespace> namespaces,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        Map<String, TimeOffset> timeOffsets,
        List<Device> devices,
        String cgroupsPath,
        Resources resources,
        Map<String, String> sysctl,
        Optional<ConditionalProfile> seccomp,
        String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        String mountLabel,
        Optional<Personality> personality,
        boolean intelRdt,
        Map<String, NetDevice> netDevices,
        Optional<MemoryPolicy> memoryPolicy) {
    public Linux {
        namespaces = List.copyOf(namespaces);
        uidMappings = List.copyOf(uidMappings);
        gidMappings = List.copyOf(gidMappings);
        timeOffsets = Collections.unmodifiableMap(new LinkedHashMap<>(timeOffsets));
        devices = List.copyOf(devices);
        sysctl = Collections.unmodifiableMap(new LinkedHashMap<>(sysctl));
        maskedPaths = List.copyOf(maskedPaths);
        readonlyPaths = List.copyOf(readonlyPaths);
        netDevices = Collections.unmodifiableMap(new LinkedHashMap<>(netDevices));
    }

    /**
     * A namespace, namespaces(7).
     *
     * @param type {@code pid}, {@code network}, {@code mount}, {@code ipc}, {@code uts}, {@code user}, {@code cgroup},
     *     {@code time}
     * @param path of one that exists; empty for a new one
     */
    public record Namespace(String type, String path) {}

    /** What is added to a clock, time_namespaces(7). */
    public record TimeOffset(long secs, long nanosecs) {}

    /**
     * A device file, mknod(2).
     *
     * @param type {@code c} or {@code u}, {@code b}, {@code p}
     * @param fileMode permissions; 0666 where it is not given
     * @param uid owner in the container
     * @param gid group in the container
     */
    public record Device(
            String path,
            String type,
            long major,
            long minor,
            OptionalInt fileMode,
            OptionalLong uid,
            OptionalLong gid) {}

    /** The kind of system that uname(2) shows, personality(2). */
    public record Personality(String domain, List<String> flags) {
        public Personality {
            flags = List.copyOf(flags);
        }
    }

    /**
     * A network device that moves into the container.
     *
     * @param name its name there; empty to keep it
     */
    public record NetDevice(String name) {}

    /** On which nodes memory is taken, set_mempolicy(2). */
    public record MemoryPolicy(String mode, String nodes, List<String> flags) {
        public MemoryPolicy {
            flags = List.copyOf(flags);
        }
    }

    /** The namespace of a type that is asked for. */
    public Optional<Namespace> namespace(String type) {
        for (Namespace namespace : namespaces) {
            if (namespace.type().equals(type)) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }

    /** Whether a namespace of that type is made for the container. */
    public boolean isNew(String type) {
        Optional<Namespace> namespace = namespace(type);
        return namespace.isPresent() && namespace.get().path().isEmpty();
    }
}

package boxwright.runtime.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container is to be: {@code config.json} of the OCI runtime specification 1.3, config.md, as far as it speaks of
 * Linux. Members that are not there are empty; what the specification does not know is ignored, as it demands.
 *
 * <pre>{@code
 * {
 *   "ociVersion": "1.2.0",
 *   "process": {"args": ["sh"], "cwd": "/", "user": {"uid": 0, "gid": 0}},
 *   "root": {"path": "rootfs", "readonly": true},
 *   "hostname": "box",
 *   "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
 *   "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}
 * }
 * }</pre>
 *
 * @param ociVersion of the specification that the bundle was written for
 * @param process what runs; only {@code start} needs one
 * @param root the root file system
 * @param hostname empty to leave it as it is
 * @param domainname empty to leave it as it is
 * @param mounts in the order in which they are made
 * @param hooks programs that others want to be run at certain moments
 * @param annotations anything, by others for others
 * @param linux what only Linux has
 */
public record Configuration(
        String ociVersion,
        Optional<ProcessSpec> process,
        Optional<Root> root,
        String hostname,
        String domainname,
        List<Mount> mounts,
        Hooks hooks,
        Map<String, String> annotations,
        Linux linux) {
    public Configuration {
        mounts = List.copyOf(mounts);
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
    }

    /**
     * The root file system.
     *
     * @param path absolute, or relative to the bundle
     * @param readonly whether the container may only read it
     */
    public record Root(String path, boolean readonly) {}

    /**
     * A mount, config.md "Mounts".
     *
     * @param destination where, in the container
     * @param type a file system, or {@code bind}; may be empty for a bind mount
     * @param source a device, a path of the host for a bind mount, or any word
     * @param options as in fstab(5)
     * @param uidMappings of an idmapped mount
     * @param gidMappings of an idmapped mount
     */
    public record Mount(
            String destination,
            String type,
            String source,
            List<String> options,
            List<IdMapping> uidMappings,
            List<IdMapping> gidMappings) {
        public Mount {
            options = List.copyOf(options);
            uidMappings = List.copyOf(uidMappings);
            gidMappings = List.copyOf(gidMappings);
        }
    }

    /**
     * A range of user or group ids, user_namespaces(7).
     *
     * @param containerId the first one inside
     * @param hostId what that one is outside
     * @param size how many
     */
    public record IdMapping(long containerId, long hostId, long size) {}

    /**
     * Programs to run at certain moments, config.md "POSIX-platform Hooks".
     *
     * @param prestart as createRuntime, before it; deprecated, and what most hooks still use
     * @param createRuntime in the runtime's namespaces, before pivot_root
     * @param createContainer in the container's namespaces, before pivot_root
     * @param startContainer in the container, directly before its program
     * @param poststart in the runtime's namespaces, when the program was started
     * @param poststop in the runtime's namespaces, when the container was deleted
     */
    public record Hooks(
            List<Hook> prestart,
            List<Hook> createRuntime,
            List<Hook> createContainer,
            List<Hook> startContainer,
            List<Hook> poststart,
            List<Hook> poststop) {
        public Hooks {
            prestart = List.copyOf(prestart);
            createRuntime = List.copyOf(createRuntime);
            createContainer = List.copyOf(createContainer);
            startContainer = List.copyOf(startContainer);
            poststart = List.copyOf(poststart);
            poststop = List.copyOf(poststop);
        }

        /** No hooks. */
        public static Hooks none() {
            return new Hooks(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
        }
    }

    /**
     * A program to run.
     *
     * @param path absolute
     * @param args with the name of the program; empty to use the path
     * @param env all of its environment
     * @param timeout seconds after which it is killed, above 0; empty for never
     */
    public record Hook(String path, List<String> args, List<String> env, OptionalLong timeout) {
        public Hook {
            args = List.copyOf(args);
            env = List.copyOf(env);
        }
    }
}

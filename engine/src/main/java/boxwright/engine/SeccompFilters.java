package boxwright.engine;

import boxwright.isolation.Seccomp;
import boxwright.isolation.seccomp.ConditionalProfile;
import boxwright.isolation.seccomp.DefaultProfile;
import boxwright.isolation.seccomp.ProfileContext;
import boxwright.isolation.seccomp.ProfileReader;
import boxwright.isolation.seccomp.ProgramCache;
import boxwright.isolation.seccomp.SeccompCompiler.Compiled;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Capability;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The seccomp filters of containers, compiled once and then kept on disk.
 *
 * @param home where they are kept
 */
public record SeccompFilters(Home home) {
    private static final Path IN_KERNEL = Path.of("/proc/sys/kernel/seccomp/actions_avail");

    /**
     * Compiles the default profile, or takes it from the cache.
     *
     * @param capabilities the container's bounding set, on which some of the rules depend
     */
    public Compiled usual(Set<Capability> capabilities) {
        return cache().compiled(nameOfDefault(), ProfileContext.of(capabilities), DefaultProfile::conditional);
    }

    /** Stands in the cache for the text of the profile that is built in: another build may have another one. */
    private static String nameOfDefault() {
        String name = "default " + DefaultProfile.VERSION;
        String classPath = System.getProperty("java.class.path", "");
        int end = classPath.indexOf(File.pathSeparatorChar);
        try {
            Path jar = Path.of(end < 0 ? classPath : classPath.substring(0, end));
            return name + " " + Files.getLastModifiedTime(jar).toMillis();
        } catch (IOException | InvalidPathException _) {
            return name;
        }
    }

    /**
     * Compiles a profile, or takes it from the cache.
     *
     * @param text JSON, as {@link ProfileReader} has it
     * @throws SeccompException when the profile is unusable
     */
    public Compiled custom(String text, Set<Capability> capabilities) {
        return cache().compiled(text, ProfileContext.of(capabilities), () -> ProfileReader.read(text));
    }

    private ProgramCache cache() {
        return new ProgramCache(home.cache().resolve("seccomp"));
    }

    /**
     * The filter of a container.
     *
     * @param asked see {@link SecurityOptions#seccomp}
     * @param privileged whether the default is to have none
     * @param warnings takes what the user should know
     * @throws EngineException when the filter that was asked for cannot be had
     */
    Optional<Seccomp> find(String asked, boolean privileged, Set<Capability> capabilities, List<String> warnings) {
        if (asked.equals(SecurityOptions.UNCONFINED) || (asked.isEmpty() && privileged)) {
            return Optional.empty();
        }
        if (!Files.exists(IN_KERNEL)) {
            if (asked.isEmpty()) {
                warnings.add("no system call is filtered: this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)");
                return Optional.empty();
            }
            throw new EngineException("a seccomp profile was asked for, and this kernel has no seccomp filters"
                    + " (CONFIG_SECCOMP_FILTER): there is no " + IN_KERNEL + ".");
        }
        return Optional.of(
                asked.isEmpty() ? Seccomp.of(usual(capabilities).program()) : own(asked, capabilities, warnings));
    }

    private Seccomp own(String text, Set<Capability> capabilities, List<String> warnings) {
        try {
            // Read each time, though what it compiles to may be in the cache: its flags are not.
            ConditionalProfile profile = ProfileReader.read(text);
            if (!profile.profile().listenerPath().isEmpty()) {
                throw new EngineException(
                        "the seccomp profile has a listenerPath: boxwright run starts nobody who would"
                                + " answer the calls that it only notifies of. Take SCMP_ACT_NOTIFY and listenerPath out.");
            }
            Compiled compiled = cache().compiled(text, ProfileContext.of(capabilities), () -> profile);
            if (!compiled.unknownNames().isEmpty()) {
                warnings.add("seccomp profile: there are no system calls named "
                        + String.join(", ", compiled.unknownNames()) + "; what it says about them has no effect");
            }
            return new Seccomp(compiled.program(), profile.profile().flags(), Optional.empty());
        } catch (SeccompException e) {
            throw new EngineException(e.getMessage() + ".");
        }
    }
}

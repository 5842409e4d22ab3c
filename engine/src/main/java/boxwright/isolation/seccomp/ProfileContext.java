package boxwright.isolation.seccomp;

import boxwright.kernel.Architecture;
import boxwright.kernel.Capability;
import java.util.HashSet;
import java.util.Set;

/**
 * What the conditional rules of a profile ask about.
 *
 * @param architecture of the machine
 * @param capabilities the container's bounding set, by names such as {@code CAP_SYS_ADMIN}
 * @param kernel the version of the kernel
 */
public record ProfileContext(Architecture architecture, Set<String> capabilities, KernelVersion kernel) {
    public ProfileContext {
        capabilities = Set.copyOf(capabilities);
    }

    /** This machine with that bounding set. */
    public static ProfileContext of(Set<Capability> capabilities) {
        Set<String> names = new HashSet<>();
        for (Capability capability : capabilities) {
            names.add(capability.name());
        }
        return here(names);
    }

    /** The same by names. */
    public static ProfileContext here(Set<String> capabilities) {
        return new ProfileContext(Architecture.current(), capabilities, KernelVersion.running());
    }
}

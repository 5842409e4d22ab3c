package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Whose the files of an idmapped mount are when they are seen through it: mount_setattr(2), {@code MOUNT_ATTR_IDMAP}. The
 * kernel takes the maps from a user namespace, so one with these maps is made and given up again.
 *
 * @param descriptor the number that the launcher has that namespace under
 * @param users who are who
 * @param recursive whether also in the mounts below it
 * @param launcher makes the namespace
 */
public record MappedOwners(int descriptor, UserNamespace users, boolean recursive, Launcher launcher) {
    /** For {@link Isolation#descriptors}. */
    Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of(descriptor, () -> users.open(launcher));
    }
}

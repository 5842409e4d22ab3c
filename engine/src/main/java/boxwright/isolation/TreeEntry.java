package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.PlanBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Something that is mounted into a container's tree before {@code pivot_root}; see {@link BundleTree}. */
public sealed interface TreeEntry permits TreeMount, TreeCgroups, CopiedTmpfs, SelfCopiedTmpfs {
    /** Lines of the launcher before there is a new process, with what we may do ourselves. */
    default void addBefore(PlanBuilder plan) {}

    /** The lines that mount it. The root of the tree is in {@link TreePath#ROOT}. */
    void addTo(PlanBuilder plan);

    /** Descriptors that the lines name, as in {@link Isolation#descriptors}. */
    default Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of();
    }

    /** What has to be done outside before the lines of the new process. */
    default Optional<Preparation> preparation() {
        return Optional.empty();
    }
}

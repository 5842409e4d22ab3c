package boxwright.isolation;

import boxwright.kernel.PlanBuilder;

/** Something that is mounted into a container's tree before {@code pivot_root}; see {@link BundleTree}. */
public sealed interface TreeEntry permits TreeMount, TreeCgroups {
    /** The lines that mount it. The root of the tree is in {@link TreePath#ROOT}. */
    void addTo(PlanBuilder plan);
}

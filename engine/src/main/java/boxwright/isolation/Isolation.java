package boxwright.isolation;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One mechanism of isolation: what it adds to the list of system calls. */
public interface Isolation {
    /** The chapter that explains it, the name of its step's directory: {@code 01-pid-namespace}. */
    String chapter();

    /** The {@code CLONE_NEW…} flags that the new process is made with; namespaces(7). */
    default long cloneFlags() {
        return 0;
    }

    /** The lines of the monitor before it makes the new process. */
    default void addBefore(PlanBuilder plan) {}

    /** The cgroup of version 2 that the new process is born in: a slot with a descriptor of its directory. */
    default Optional<Slot> birthplace() {
        return Optional.empty();
    }

    /** The lines that the new process runs before it becomes the container's program. */
    default void addTo(PlanBuilder plan) {}

    /**
     * The lines that come after those of all mechanisms and directly before {@code execve}: what they take away, the other
     * lines still needed.
     */
    default void addLast(PlanBuilder plan) {}

    /** What has to be done outside before those lines; empty where nothing has. */
    default Optional<Preparation> preparation() {
        return Optional.empty();
    }

    /**
     * What the lines of {@link #addBefore} leave behind, and neither a process nor a mount takes along: written down before
     * they run, so that it is found by somebody else where all of us were killed.
     */
    default List<Path> leftovers() {
        return List.of();
    }

    /** Lines of the monitor, after the end of the container and of the JVM: they remove what is left, if it is. */
    default void addRemoval(PlanBuilder plan) {}

    /** The same from the JVM, as long as there is one. */
    default void remove() {}
}

package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** One mechanism of isolation: what it adds to the list of system calls. */
public interface Isolation {
    /** The chapter that explains it, the name of its step's directory: {@code 01-pid-namespace}. */
    String chapter();

    /** The {@code CLONE_NEW…} flags that the new process is made with; namespaces(7). */
    default long cloneFlags() {
        return 0;
    }

    /** Lines of the monitor before it makes the new process, with what we may do ourselves. */
    default void addBefore(PlanBuilder plan) {}

    /** The cgroup of version 2 that the new process is born in: a slot with a descriptor of its directory. */
    default Optional<Slot> birthplace() {
        return Optional.empty();
    }

    /**
     * Lines of the monitor directly after it has made the new process, which runs its own at the same time.
     *
     * @param pidfd holds a descriptor of the new process
     */
    default void addBeside(PlanBuilder plan, Slot pidfd) {}

    /** The lines that the new process runs before it becomes the container's program. */
    default void addTo(PlanBuilder plan) {}

    /**
     * The lines that come after those of all mechanisms and directly before {@code execve}: what they take away, the other
     * lines still needed.
     */
    default void addLast(PlanBuilder plan) {}

    /**
     * Descriptors of ours that the lines name: the number in the launcher, and what opens it when the launcher is started.
     */
    default Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of();
    }

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

package boxwright.isolation;

import boxwright.kernel.PlanBuilder;
import java.util.Optional;

/** One mechanism of isolation: what it adds to the list of system calls. */
public interface Isolation {
    /** The chapter that explains it, the name of its step's directory: {@code 01-pid-namespace}. */
    String chapter();

    /** The {@code CLONE_NEW…} flags that the new process is made with; namespaces(7). */
    default long cloneFlags() {
        return 0;
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
}

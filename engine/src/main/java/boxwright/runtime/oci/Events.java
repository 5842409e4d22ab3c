package boxwright.runtime.oci;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Tells what a container uses, and when it has no memory left.
 *
 * @param root where the state is
 */
public record Events(StateRoot root) {
    /** What it uses now, one line of JSON. */
    public String statistics(String id) throws IOException {
        return new Statistics(running(id).record().cgroups()).json(id);
    }

    /**
     * Tells it again and again, until the container has ended.
     *
     * @param interval between two
     * @param lines takes each, a line of JSON
     */
    public void follow(String id, Duration interval, Consumer<String> lines) throws IOException, InterruptedException {
        ContainerState state = running(id);
        Statistics statistics = new Statistics(state.record().cgroups());
        long kills = statistics.kills();
        while (state.record().process().isAlive()) {
            Thread.sleep(interval);
            if (state.record().process().isAlive()) {
                lines.accept(statistics.json(id));
            }
            long now = statistics.kills();
            if (now > kills) {
                lines.accept("{\"type\":\"oom\",\"id\":\"" + id + "\"}");
                kills = now;
            }
        }
    }

    private ContainerState running(String id) throws IOException {
        ContainerState state = Containers.state(root.open(id));
        if (state.status() == Status.STOPPED) {
            throw new OperationException("container not running: container \"" + id + "\" is stopped");
        }
        return state;
    }
}

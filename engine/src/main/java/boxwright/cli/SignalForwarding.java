package boxwright.cli;

import boxwright.kernel.Constants;
import boxwright.runtime.ContainerProcess;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes the signals that this command gets on to the container's first process, as docker-run(1) does with
 * {@code --sig-proxy}. Not SIGQUIT, by which a JVM prints its threads, and not SIGUSR2, which it keeps for itself.
 *
 * <p>A first process gets no signal that it has no handler for, kill(2) and pid_namespaces(7). So who asks three times to
 * end gets an end: the container is killed.
 */
final class SignalForwarding {
    private static final int PATIENCE = 3;

    private SignalForwarding() {}

    /** Forwards from now on. */
    static void to(ContainerProcess container) {
        AtomicInteger asked = new AtomicInteger();
        for (String name : new String[] {"INT", "TERM", "HUP"}) {
            Signals.on(name, signal -> {
                boolean enough = asked.incrementAndGet() >= PATIENCE;
                container.signal(enough ? Constants.SIGKILL : signal);
            });
        }
        for (String name : new String[] {"USR1", "CONT"}) {
            Signals.on(name, container::signal);
        }
    }
}

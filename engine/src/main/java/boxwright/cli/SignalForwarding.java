package boxwright.cli;

import boxwright.kernel.Constants;
import boxwright.runtime.RunningProcess;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes the signals that this command gets on to the container's first process, as docker-run(1) does with
 * {@code --sig-proxy}. Not SIGQUIT, by which a JVM prints its threads, and not SIGUSR2, which it keeps for itself.
 *
 * <p>A first process gets no signal that it has no handler for, kill(2) and pid_namespaces(7). So who asks three times to
 * end gets an end: the container is killed.
 */
public final class SignalForwarding {
    private static final int PATIENCE = 3;

    private final BlockingQueue<Integer> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    /** Takes the signals from now on. They wait until there is a container to pass them to. */
    public SignalForwarding() {
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signals.on(name, signal -> waiting.add(asked.incrementAndGet() >= PATIENCE ? Constants.SIGKILL : signal));
        }
        for (String name : List.of("USR1", "CONT")) {
            Signals.on(name, waiting::add);
        }
    }

    /** Passes on the signals that came, and those that will. */
    public void to(RunningProcess container) {
        Thread passing = new Thread(() -> pass(container), "signals");
        passing.setDaemon(true);
        passing.start();
    }

    private void pass(RunningProcess container) {
        try {
            while (true) {
                container.signal(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

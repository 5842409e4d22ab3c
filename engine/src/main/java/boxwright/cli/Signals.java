package boxwright.cli;

import java.util.function.IntConsumer;
import sun.misc.Signal;

/**
 * Signals that this JVM gets. {@code sun.misc.Signal} is the JDK's only way to them, and this the one place that uses
 * it.
 */
final class Signals {
    private Signals() {}

    /**
     * Calls a handler at each such signal from now on, in a thread of its own, instead of what the signal does else.
     *
     * @param name without {@code SIG}
     */
    static void on(String name, IntConsumer handler) {
        Signal.handle(new Signal(name), signal -> handler.accept(signal.getNumber()));
    }
}

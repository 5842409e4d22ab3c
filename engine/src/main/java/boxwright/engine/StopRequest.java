package boxwright.engine;

import boxwright.kernel.Constants;

/**
 * How a container is asked to end.
 *
 * @param signal the signal that its first process gets
 * @param seconds how long it may take, until it is killed; -1 for as long as it likes
 */
public record StopRequest(int signal, int seconds) {
    private static final int SECONDS = 10;

    /** Docker's: SIGTERM, and ten seconds. */
    public static StopRequest usual() {
        return new StopRequest(Constants.SIGTERM, SECONDS);
    }
}

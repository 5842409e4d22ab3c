package boxwright.cli;

import java.io.IOException;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * The {@code java.util.logging.manager} of our commands, which log nothing. JNA has loggers, and the first logger of a JVM
 * makes the usual manager read its configuration and look into every jar for other ways to log: a tenth of a cold start.
 */
public final class NoLogging extends LogManager {
    /** To be made by the JDK. */
    public NoLogging() {}

    /**
     * Has none. Upon an exception the JDK leaves out all that it would do with a configuration; a method that just returned
     * would spare us half of it only.
     */
    @Override
    public void readConfiguration() throws IOException {
        throw new IOException("there is no logging here");
    }

    /** Takes it for known, and keeps none. */
    @Override
    public boolean addLogger(Logger logger) {
        return true;
    }
}

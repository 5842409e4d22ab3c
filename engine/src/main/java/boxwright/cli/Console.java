package boxwright.cli;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a verb sees of the process it runs in.
 *
 * @param out results
 * @param err messages
 * @param environment the value of an environment variable, empty if it is not set. A function rather than a map: most
 *     runs look up nothing, and then the JVM never copies its environment.
 */
public record Console(PrintStream out, PrintStream err, Function<String, Optional<String>> environment) {

    /** The console of the running JVM. */
    public static Console ofThisProcess() {
        return new Console(System.out, System.err, name -> Optional.ofNullable(System.getenv(name)));
    }

    /** The variable's value, empty if it is not set. */
    public Optional<String> variable(String name) {
        return environment.apply(name);
    }

    /** Writes out what is buffered, as System.exit does not. */
    public void flush() {
        out.flush();
        err.flush();
    }
}

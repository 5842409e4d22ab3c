package boxwright.isolation;

import boxwright.kernel.Constants;

/** One thing that {@link Landlock} allows, as {@code --security-opt landlock=} takes it. */
public sealed interface LandlockRule {
    /** {@code ro:/etc}: what is beneath may be read and executed. Without another rule nothing else may, or be written. */
    record ReadBeneath(String path) implements LandlockRule {}

    /** {@code rw:/data}: what is beneath may be written too. Without another rule nothing else may be written. */
    record WriteBeneath(String path) implements LandlockRule {}

    /** {@code connect:443}: that TCP port of any machine. */
    record Connect(int port) implements LandlockRule {}

    /** {@code bind:8080}: that TCP port of our own; 0 is any that the kernel chooses. */
    record Bind(int port) implements LandlockRule {}

    /**
     * {@code scope:signal}, {@code scope:abstract}: no signal, or no abstract unix socket, reaches out of the container.
     *
     * @param bits {@code LANDLOCK_SCOPE_…}
     */
    record Scope(long bits) implements LandlockRule {}

    /** Where a rule is a word, a program must be told what there is. */
    String FORMS = "ro:PATH, rw:PATH, connect:PORT, bind:PORT, scope:signal or scope:abstract";

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException with the reason
     */
    static LandlockRule of(String text) {
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1);
        return switch (text.substring(0, Math.max(colon, 0))) {
            case "ro" -> new ReadBeneath(absolute(value));
            case "rw" -> new WriteBeneath(absolute(value));
            case "connect" -> new Connect(port(value, 1));
            case "bind" -> new Bind(port(value, 0));
            case "scope" -> new Scope(scope(value));
            default -> throw new IllegalArgumentException("landlock=" + text + ": a rule is " + FORMS);
        };
    }

    private static String absolute(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("landlock: \"" + path + "\" is no absolute path in the container");
        }
        return path;
    }

    private static int port(String text, int least) {
        try {
            int port = Integer.parseInt(text);
            if (port >= least && port <= 65535 && Character.isDigit(text.charAt(0))) {
                return port;
            }
        } catch (NumberFormatException _) {
            // told below
        }
        throw new IllegalArgumentException("landlock: \"" + text + "\" is no port, " + least + " to 65535");
    }

    private static long scope(String word) {
        return switch (word) {
            case "signal" -> Constants.LANDLOCK_SCOPE_SIGNAL;
            case "abstract" -> Constants.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET;
            default ->
                throw new IllegalArgumentException("landlock: a scope is signal or abstract, and not \"" + word + "\"");
        };
    }
}

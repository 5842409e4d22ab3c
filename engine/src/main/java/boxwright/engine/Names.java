package boxwright.engine;

import java.nio.charset.StandardCharsets;

/**
 * The rules for names that users choose. Each method returns the name, or throws IllegalArgumentException with the
 * reason. The loops are plain: a regular expression costs a cold JVM more than the check.
 */
public final class Names {
    /** HOST_NAME_MAX of Linux, sethostname(2): in bytes, without the closing NUL. */
    private static final int HOSTNAME_BYTES = 64;

    private Names() {}

    /** A host name: letters, digits, {@code -}, {@code .}, {@code _}; a letter, digit or {@code _} at both ends. */
    public static String hostname(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > HOSTNAME_BYTES) {
            throw new IllegalArgumentException(
                    "it is " + bytes + " bytes long, and the kernel takes at most " + HOSTNAME_BYTES);
        }
        checkAlphabet(text, "a host name", "-._");
        if (!isHostEnd(text, 0) || !isHostEnd(text, text.length() - 1)) {
            throw new IllegalArgumentException("a host name begins and ends with a letter, a digit or '_'");
        }
        return text;
    }

    /** A domain name of NIS, setdomainname(2): as long as a host name, of the same letters. */
    public static String domainname(String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > HOSTNAME_BYTES) {
            throw new IllegalArgumentException(
                    "it is " + bytes + " bytes long, and the kernel takes at most " + HOSTNAME_BYTES);
        }
        checkAlphabet(text, "a domain name", "-._");
        return text;
    }

    /** A container's name, by Docker's rule {@code [a-zA-Z0-9][a-zA-Z0-9_.-]+}. */
    public static String container(String text) {
        checkAlphabet(text, "a container name", "_.-");
        if (text.length() < 2 || !isLetterOrDigit(text.charAt(0))) {
            throw new IllegalArgumentException("only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, and at least two of them");
        }
        return text;
    }

    /** A volume's name, by Docker's rule, which is that of containers. */
    public static String volume(String text) {
        boolean good = text.length() > 0 && isLetterOrDigit(text.charAt(0));
        for (int i = 1; i < text.length(); i++) {
            good &= isLetterOrDigit(text.charAt(i)) || "_.-".indexOf(text.charAt(i)) >= 0;
        }
        if (!good) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" includes invalid characters for a local volume name, only"
                            + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute"
                            + " path");
        }
        if (text.length() < 2) {
            throw new IllegalArgumentException(
                    "volume name is too short, names should be at least two alphanumeric characters");
        }
        return text;
    }

    /** A path in the container that does not depend on any directory being current. */
    public static String absolutePath(String text) {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("it needs to be an absolute path");
        }
        return text;
    }

    private static void checkAlphabet(String text, String what, String punctuation) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (!isLetterOrDigit(letter) && punctuation.indexOf(letter) < 0) {
                throw new IllegalArgumentException(
                        "'" + text.substring(i, text.offsetByCodePoints(i, 1)) + "' is not allowed in " + what);
            }
        }
    }

    private static boolean isHostEnd(String text, int index) {
        return !text.isEmpty() && (isLetterOrDigit(text.charAt(index)) || text.charAt(index) == '_');
    }

    /** ASCII only: Character.isLetterOrDigit would let every script of Unicode in. */
    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}

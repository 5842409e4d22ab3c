package boxwright.engine;

import java.util.Locale;

/** Whether a container has a namespace of its own. */
public enum Sharing {
    /** It is in the host's. */
    HOST,
    /** It has its own. */
    PRIVATE,
    /** It has its own, and nothing in it: of the IPC namespace, no {@code /dev/shm}. */
    NONE;

    /** A mode of a namespace that is there or not. */
    public static Sharing of(String word) {
        return among(word, HOST, PRIVATE);
    }

    /** A mode of the IPC namespace. */
    public static Sharing ofIpc(String word) {
        return among(word, HOST, NONE, PRIVATE);
    }

    private static Sharing among(String word, Sharing... modes) {
        StringBuilder words = new StringBuilder();
        for (Sharing mode : modes) {
            String name = mode.name().toLowerCase(Locale.ROOT);
            if (name.equals(word)) {
                return mode;
            }
            words.append(words.isEmpty() ? "" : ", ").append(name);
        }
        throw new IllegalArgumentException("must be one of " + words);
    }
}

package boxwright.explain;

import java.util.ArrayList;
import java.util.List;

/** Absolute paths as text, for places that need not exist here. */
final class Paths {
    private Paths() {}

    static boolean isAtOrBelow(String path, String base) {
        return path.equals(base) || path.startsWith(base.equals("/") ? base : base + "/");
    }

    /** Without empty, {@code .} and {@code ..} components. */
    static String normal(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }
}

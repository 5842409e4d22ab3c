package boxwright.explain;

import java.util.ArrayList;
import java.util.List;

/**
 * The directories in the options of an overlay mount; Documentation/filesystems/overlayfs.rst.
 *
 * @param lower the lower layers, the uppermost first
 * @param upper the writable layer; empty for none
 * @param work its work directory; empty for none
 */
record OverlayOptions(List<String> lower, String upper, String work) {
    static OverlayOptions of(String data) {
        List<String> lower = new ArrayList<>();
        String upper = "";
        String work = "";
        for (String option : split(data, ',')) {
            String value = option.substring(option.indexOf('=') + 1);
            if (option.startsWith("lowerdir=")) {
                split(value, ':').forEach(layer -> lower.add(plain(layer)));
            } else if (option.startsWith("upperdir=")) {
                upper = plain(value);
            } else if (option.startsWith("workdir=")) {
                work = plain(value);
            }
        }
        return new OverlayOptions(lower, upper, work);
    }

    /** All layers that files are seen in, the uppermost first. */
    List<String> layers() {
        List<String> layers = new ArrayList<>(upper.isEmpty() ? List.of() : List.of(upper));
        layers.addAll(lower);
        return layers;
    }

    /** All directories that must be there. */
    List<String> all() {
        List<String> all = layers();
        if (!work.isEmpty()) {
            all.add(work);
        }
        return all;
    }

    /** A backslash makes the separator after it plain. */
    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == separator) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    private static String plain(String escaped) {
        return escaped.replaceAll("\\\\(.)", "$1");
    }
}

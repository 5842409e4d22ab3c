package boxwright.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names that a busybox answers to, found without running it. They stand in the program one behind the other, each
 * ended by a NUL, in the order of strcmp(3): {@code applet_names} in busybox's {@code include/applet_tables.h}, sorted
 * because {@code find_applet_by_name} searches it by halves. So the list is the longest ascending run of short strings
 * that has the names in it which every busybox has.
 */
final class BusyboxApplets {
    /** A busybox has one to three megabytes; a file that is larger than this is something else. */
    private static final long MAX_BYTES = 32 << 20;

    private static final int MAX_NAME = 24;
    private static final Set<String> ALWAYS = Set.of("cat", "echo", "ls", "sh");

    private BusyboxApplets() {}

    /** The applets, sorted; empty if the list is not in the file: then it is no busybox, or packed. */
    static Set<String> of(Path busybox) throws IOException {
        if (Files.size(busybox) > MAX_BYTES) return Set.of();
        byte[] bytes = Files.readAllBytes(busybox);
        List<String> best = List.of();
        List<String> run = new ArrayList<>();
        String last = "";
        for (int start = 0; start < bytes.length; ) {
            int end = start;
            while (end < bytes.length && isNameByte(bytes[end])) end++;
            boolean name = end < bytes.length && bytes[end] == 0 && end > start && end - start <= MAX_NAME;
            String text = name ? new String(bytes, start, end - start, StandardCharsets.US_ASCII) : "";
            if (!name || text.compareTo(last) <= 0) {
                best = better(best, run);
                run = new ArrayList<>();
            }
            if (name) run.add(text);
            last = text;
            start = end + 1;
        }
        return new LinkedHashSet<>(better(best, run));
    }

    private static List<String> better(List<String> best, List<String> run) {
        return run.size() > best.size() && run.containsAll(ALWAYS) ? run : best;
    }

    private static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || "[-_.+".indexOf(b) >= 0;
    }
}

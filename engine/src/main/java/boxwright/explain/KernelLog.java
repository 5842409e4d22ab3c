package boxwright.explain;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.KernelException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The kernel's own words about the failure, where it logs them; {@code /dev/kmsg}, Documentation/ABI/testing/dev-kmsg. */
final class KernelLog {
    private static final int RECORD = 8192;
    /** A message older than this, in seconds, is about something else. */
    private static final double LATELY = 3;

    private KernelLog() {}

    /** The last message that has a word in it and is at most a few seconds old; empty where we may not read them. */
    static Optional<String> lately(LiveSystem system, String word) {
        double now = system.read("/proc/uptime")
                .map(text -> Double.parseDouble(text.split(" ")[0]))
                .orElse(Double.MAX_VALUE);
        Optional<String> last = Optional.empty();
        // Without O_NONBLOCK the read would wait for the next message at the end.
        try (Descriptor log = Descriptor.open(system.at("/dev/kmsg"), Constants.O_RDONLY | Constants.O_NONBLOCK, 0)) {
            byte[] buffer = new byte[RECORD];
            for (int count = log.tryRead(buffer); count > 0; count = log.tryRead(buffer)) {
                String text = new String(buffer, 0, count, StandardCharsets.UTF_8);
                for (String line : text.split("\n")) {
                    if (line.contains(word) && line.contains(";") && now - seconds(line) < LATELY) {
                        last = Optional.of(line.substring(line.indexOf(';') + 1));
                    }
                }
            }
        } catch (KernelException e) {
            return Optional.empty();
        }
        return last;
    }

    /** A record begins with priority, number, microseconds since the start of the system, flags. */
    private static double seconds(String line) {
        String[] fields = line.substring(0, line.indexOf(';')).split(",");
        try {
            return fields.length < 3 ? 0 : Long.parseLong(fields[2]) / 1e6;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}

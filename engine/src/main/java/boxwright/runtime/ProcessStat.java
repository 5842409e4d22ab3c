package boxwright.runtime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the kernel tells of a process in {@code /proc/PID/stat}; proc_pid_stat(5). The number of a process is given to
 * another one some time after its end; together with the moment of its start it is unique.
 *
 * @param ended whether it has ended, and only waits for its parent to be told
 * @param parent the number of its parent
 * @param start when it was started, in clock ticks since the machine was
 */
public record ProcessStat(boolean ended, int parent, long start) {
    /** The state is the third field, and the first after the name. */
    private static final int FIRST = 3;

    private static final int PARENT = 4;
    private static final int START = 22;

    /** Of a process; empty where there is none of that number. */
    public static Optional<ProcessStat> of(int pid) {
        String stat;
        try {
            stat = Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return Optional.empty();
        }
        // The name in the second field may have spaces and brackets of its own.
        int at = stat.lastIndexOf(')') + 2;
        String state = "";
        int parent = 0;
        for (int field = FIRST; field <= START; field++) {
            int end = stat.indexOf(' ', at);
            String value = stat.substring(at, end);
            if (field == FIRST) {
                state = value;
            } else if (field == PARENT) {
                parent = Integer.parseInt(value);
            } else if (field == START) {
                return Optional.of(
                        new ProcessStat(state.equals("Z") || state.equals("X"), parent, Long.parseLong(value)));
            }
            at = end + 1;
        }
        return Optional.empty();
    }
}

package boxwright.runtime.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process, and not another one that got its number later: the number and the moment when it began.
 *
 * @param pid as the runtime's pid namespace has it; 0 for no process
 * @param startTime clock ticks since boot, field 22 of proc_pid_stat(5)
 */
public record ProcessIdentity(int pid, long startTime) {
    /** No process. */
    public static final ProcessIdentity NONE = new ProcessIdentity(0, 0);

    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int START_TIME = 19;

    /** The process that has a number now; empty when none has. */
    public static Optional<ProcessIdentity> of(int pid) {
        return stat(pid).map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
    }

    /** Whether it is there and has not ended; a zombie has. */
    public boolean isAlive() {
        if (pid == 0) {
            return false;
        }
        Optional<String[]> stat = stat(pid);
        return stat.isPresent()
                && Long.parseLong(stat.get()[START_TIME]) == startTime
                && !stat.get()[STATE].equals("Z")
                && !stat.get()[STATE].equals("X");
    }

    /** The number of a process's parent; 0 where there is no such process. */
    static int parent(int pid) {
        return stat(pid).map(fields -> Integer.parseInt(fields[PARENT])).orElse(0);
    }

    /** The fields from the third on: the name in the second may have spaces and brackets of its own. */
    private static Optional<String[]> stat(int pid) {
        try {
            String text =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(text.substring(text.lastIndexOf(')') + 2).split(" "));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // ESRCH: it ended while we read.
        }
    }
}

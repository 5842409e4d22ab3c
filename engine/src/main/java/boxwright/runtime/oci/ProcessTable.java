package boxwright.runtime.oci;

import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the host's ps(1) tells of some processes.
 *
 * @param launcher starts it
 */
public record ProcessTable(Launcher launcher) {
    private static final String NUMBERS = "PID";

    /**
     * Its lines about them, and its headings.
     *
     * @param options of ps; a column must be {@code PID}
     * @throws OperationException when there is no ps, or it does not know its options
     */
    public String of(List<Integer> pids, List<String> options) throws IOException {
        List<String> argv = new ArrayList<>(List.of("ps"));
        argv.addAll(options);
        Plan plan = Plan.of(lines -> {
            lines.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches ps");
            lines.execve("/bin/ps", argv, List.of()).tolerate(ENOENT);
            lines.execve("/usr/bin/ps", argv, List.of());
        });
        try (Descriptor output = Descriptor.memory("ps")) {
            Launch launch = launcher.start(plan, "boxwright: ps", Map.of(1, output));
            int status;
            try (launch) {
                launch.awaitStart(report -> {});
            } catch (PlanException e) {
                throw new OperationException("ps cannot be run: " + e.getMessage());
            } finally {
                status = launch.reap();
            }
            if (status != 0) {
                throw new OperationException("ps failed: " + String.join(" ", argv));
            }
            return chosen(Files.readString(Path.of("/proc/self/fd/" + output.number()), StandardCharsets.UTF_8), pids);
        }
    }

    private static String chosen(String table, List<Integer> pids) {
        String[] lines = table.split("\n");
        int column = List.of(lines[0].strip().split(" +")).indexOf(NUMBERS);
        if (column < 0) {
            throw new OperationException("ps prints no column " + NUMBERS + ", by which to choose");
        }
        StringBuilder chosen = new StringBuilder(lines[0]).append('\n');
        for (int i = 1; i < lines.length; i++) {
            String[] fields = lines[i].strip().split(" +");
            if (fields.length > column && isAmong(fields[column], pids)) {
                chosen.append(lines[i]).append('\n');
            }
        }
        return chosen.toString();
    }

    private static boolean isAmong(String field, List<Integer> pids) {
        for (int pid : pids) {
            if (field.equals(Integer.toString(pid))) {
                return true;
            }
        }
        return false;
    }
}

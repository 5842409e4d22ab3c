package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Report;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a program, or single calls, behind mechanisms of isolation, by the real launcher on the real kernel. */
final class Confined {
    private Confined() {}

    /** What a program wrote, and its wait status, as wait4(2) gives it. */
    record Ran(String output, int status) {
        int exitCode() {
            return status >> 8;
        }

        int signal() {
            return status & 0x7f;
        }
    }

    private static Plan plan(List<Isolation> isolation, Consumer<PlanBuilder> end) {
        return Plan.of(lines -> {
            isolation.forEach(mechanism -> mechanism.addTo(lines));
            isolation.forEach(mechanism -> mechanism.addLast(lines));
            end.accept(lines);
        });
    }

    /** Runs a program to its end. */
    static Ran run(Path directory, List<Isolation> isolation, String... argv) {
        Plan plan = plan(
                isolation,
                lines -> lines.execve(argv[0], List.of(argv), List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin")));
        Descriptor.Pipe output = Descriptor.pipe();
        try (Descriptor out = output.out();
                Launch launch = new Launcher(directory).start(plan, "test", Map.of(1, output.in(), 2, output.in()))) {
            output.in().close();
            launch.awaitStart(report -> {});
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] bytes = out.read(4096); bytes.length > 0; bytes = out.read(4096)) {
                all.writeBytes(bytes);
            }
            return new Ran(all.toString(StandardCharsets.UTF_8), launch.reap());
        }
    }

    /** Makes calls, whose errors the writer tolerates and has reported, and tells the reports. */
    static List<Report> calls(Path directory, List<Isolation> isolation, Consumer<PlanBuilder> calls) {
        Plan plan = plan(isolation, lines -> {
            calls.accept(lines);
            lines.exit_group(0);
        });
        List<Report> reports = new ArrayList<>();
        try (Launch launch = new Launcher(directory).start(plan, "test")) {
            launch.awaitStart(reports::add);
            launch.reap();
        }
        return reports;
    }
}

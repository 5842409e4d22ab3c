import boxwright.engine.ContainerRequest;
import boxwright.engine.Containers;
import boxwright.engine.Home;
import boxwright.engine.RunningContainer;
import boxwright.explain.Waterfall;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import boxwright.runtime.ContainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Draws where the milliseconds of {@code boxwright run host true} go: starts it many times with every call timed, and
 * draws the run that took the median time. Run by {@code bench/waterfall}.
 */
final class Milliseconds {
    private static final int RUNS = 51;

    private Milliseconds() {}

    /** One run, with all that the launcher told. */
    private record Run(Plan plan, List<Report> reports) {
        /** From the first call to the last, in nanoseconds. */
        long nanos() {
            long first = Long.MAX_VALUE;
            long last = 0;
            for (Report report : reports) {
                if (report.startedNanos() > 0) {
                    first = Math.min(first, report.startedNanos());
                    last = Math.max(last, report.endedNanos());
                }
            }
            return last - first;
        }
    }

    public static void main(String[] args) throws IOException {
        Home home = Home.ofThisUser();
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            runs.add(run(home));
        }
        runs.sort(Comparator.comparingLong(Run::nanos));
        Run median = runs.get(RUNS / 2);
        Path file = Path.of(args[0]);
        Files.writeString(file, Waterfall.of("boxwright run host true", median.plan(), median.reports()));
        System.out.printf("%s: the median of %d runs, %.2f ms%n", file, RUNS, median.nanos() / 1e6);
    }

    private static Run run(Home home) {
        ContainerRequest request = ContainerRequest.of("host", List.of("true"));
        Containers.Prepared container = new Containers(home).prepare(request, true);
        Launcher launcher = new Launcher(home.directory());
        try (ContainerProcess process = RunningContainer.start(
                container, launcher, Optional.empty(), Plan::timed, Map.of(), reports -> {})) {
            process.await();
            return new Run(process.plan(), process.reports());
        }
    }
}

import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UtsNamespace;
import boxwright.kernel.Constants;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.Program;
import boxwright.runtime.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Containers from one JVM, one after the other, as a daemon would start them. Run by {@code bench/run}; writes its times
 * in the format of {@code hyperfine --export-json}.
 *
 * <pre>{@code java -cp engine/target/boxwright.jar bench/WarmContainer.java ROOTFS DIRECTORY RUNS OUTPUT.json}</pre>
 */
final class WarmContainer {
    private static final int WARM_UP = 300;

    private final Path rootfs;
    private final Path directory;
    private final Launcher launcher;
    private int started;

    private WarmContainer(Path rootfs, Path directory) {
        this.rootfs = rootfs;
        this.directory = directory;
        this.launcher = new Launcher(directory);
    }

    /** A namespace that has no chapter yet: only its flag, so that the work is that of a whole container. */
    private record Namespace(long cloneFlags) implements Isolation {
        @Override
        public String chapter() {
            return "";
        }
    }

    public static void main(String[] args) throws IOException {
        WarmContainer bench = new WarmContainer(Path.of(args[0]), Path.of(args[1]));
        int runs = Integer.parseInt(args[2]);
        for (int i = 0; i < WARM_UP; i++) {
            bench.run(i % 2 == 0);
        }
        // In turns, so that what else the machine does meets both alike.
        List<Double> bound = new ArrayList<>();
        List<Double> overlay = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            bound.add(bench.run(false));
            overlay.add(bench.run(true));
        }
        Files.writeString(
                Path.of(args[3]),
                "{\"results\":[" + result("warm-bound", bound) + "," + result("warm-overlay", overlay) + "]}\n");
    }

    /** One container from the request to its end, in seconds. */
    private double run(boolean overlay) {
        long began = System.nanoTime();
        Optional<Scratch> scratch = overlay
                ? Optional.of(new Scratch(directory.resolve("warm" + started++), Optional.empty()))
                : Optional.empty();
        ContainerPlan container = ContainerPlan.of(isolation(scratch), Program.of(List.of("/bin/true")), scratch);
        Plan plan = container.plan();
        try (ContainerProcess process = ContainerProcess.start(launcher, container, plan, failures -> {})) {
            if (process.await().code() != 0) {
                throw new IllegalStateException("/bin/true failed in the container");
            }
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private List<Isolation> isolation(Optional<Scratch> scratch) {
        RootFilesystem.Layer layer = scratch.<RootFilesystem.Layer>map(own -> own.over(rootfs))
                .orElseGet(() -> new RootFilesystem.Directory(rootfs));
        return List.of(
                new PidNamespace(),
                new UtsNamespace("bench"),
                new Namespace(Constants.CLONE_NEWIPC),
                new Namespace(Constants.CLONE_NEWNET),
                new Namespace(Constants.CLONE_NEWCGROUP),
                new RootFilesystem(layer, KernelFilesystems.asDockerDoes()));
    }

    private static String result(String command, List<Double> times) {
        DoubleStream seconds = times.stream().mapToDouble(Double::doubleValue);
        return "{\"command\":\"" + command + "\",\"times\":["
                + seconds.mapToObj(Double::toString).collect(Collectors.joining(",")) + "]}";
    }
}

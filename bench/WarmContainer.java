import boxwright.engine.ContainerRequest;
import boxwright.engine.Containers;
import boxwright.engine.Home;
import boxwright.engine.RunningContainer;
import boxwright.kernel.Launcher;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * Containers from one JVM, one after the other, as a daemon would start them. Run by {@code bench/run}; writes its times
 * in the format of {@code hyperfine --export-json}.
 *
 * <pre>{@code java -cp engine/target/boxwright.jar bench/WarmContainer.java ROOTFS RUNS OUTPUT.json}</pre>
 */
final class WarmContainer {
    /** Of each kind. Before that the JVM still compiles, on a processor that the containers would need. */
    private static final int WARM_UP = 1000;

    private final Path rootfs;
    private final Home home = Home.ofThisUser();
    private final Launcher launcher = new Launcher(home.directory());

    private WarmContainer(Path rootfs) {
        this.rootfs = rootfs;
    }

    public static void main(String[] args) throws IOException {
        WarmContainer bench = new WarmContainer(Path.of(args[0]));
        int runs = Integer.parseInt(args[1]);
        List<Double> bound = new ArrayList<>();
        List<Double> whole = new ArrayList<>();
        // In turns, so that what else the machine does meets both alike.
        for (int i = -WARM_UP; i < runs; i++) {
            double one = timed(bench::bound);
            double other = timed(bench::whole);
            if (i >= 0) {
                bound.add(one);
                whole.add(other);
            }
        }
        Files.writeString(
                Path.of(args[2]),
                "{\"results\":[" + result("warm-bound", bound) + "," + result("warm-whole", whole) + "]}\n");
    }

    /** In seconds. */
    private static double timed(Runnable container) {
        long began = System.nanoTime();
        container.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private void bound() {
        ContainerPlan container = Bound.container(rootfs);
        try (ContainerProcess process = ContainerProcess.start(launcher, container, container.plan(), failures -> {})) {
            requireSuccess(process);
        }
    }

    /** From the request to its end: all that {@code boxwright run host true} does, but for the JVM and the words. */
    private void whole() {
        ContainerRequest request = ContainerRequest.of("host", List.of("true"));
        Containers.Prepared container = new Containers(home).prepare(request, true);
        try (ContainerProcess process = RunningContainer.start(
                container, launcher, Optional.empty(), UnaryOperator.identity(), Map.of(), reports -> {})) {
            requireSuccess(process);
        }
    }

    private static void requireSuccess(ContainerProcess process) {
        if (process.await().code() != 0) {
            throw new IllegalStateException("true failed in the container");
        }
    }

    private static String result(String command, List<Double> times) {
        DoubleStream seconds = times.stream().mapToDouble(Double::doubleValue);
        return "{\"command\":\"" + command + "\",\"times\":["
                + seconds.mapToObj(Double::toString).collect(Collectors.joining(",")) + "]}";
    }
}

import boxwright.engine.Home;
import boxwright.kernel.Launcher;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import java.nio.file.Path;

/**
 * The container of {@link Bound} from a JVM that has just started: what a cold command would cost without a command line, an
 * image, an overlay, cgroups, capabilities, a filter, and a state that other commands see.
 *
 * <p>Run by {@code bench/run} with the flags of {@code ./boxwright}, and with an AOT cache of its own, made in the same way.
 *
 * <pre>{@code java -cp engine/target/boxwright.jar:CLASSES ColdBound ROOTFS PROGRAM...}</pre>
 */
final class ColdBound {
    private ColdBound() {}

    public static void main(String[] args) {
        Launcher launcher = new Launcher(Home.ofThisUser().directory());
        ContainerPlan container = Bound.container(Path.of(args[0]));
        int code;
        try (ContainerProcess process = ContainerProcess.start(launcher, container, container.plan(), failures -> {})) {
            code = process.await().code();
        }
        Runtime.getRuntime().halt(code);
    }
}

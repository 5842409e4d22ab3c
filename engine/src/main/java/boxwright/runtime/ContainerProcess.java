package boxwright.runtime;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A container whose program runs. Its monitor is a process of its own; this object is the JVM's end of it. Closing it
 * ends the container if it still runs, and removes its directory and its cgroups.
 */
public final class ContainerProcess implements AutoCloseable {
    private final Launch launch;
    private final Plan plan;
    private final ContainerPlan container;
    private final Optional<Descriptor> process;
    private final int pid;
    private boolean ended;

    private ContainerProcess(Launch launch, Plan plan, ContainerPlan container, int pid) {
        this.launch = launch;
        this.plan = plan;
        this.container = container;
        this.pid = pid;
        // A container that has ended leaves its number to others: the monitor's child, or nobody.
        this.process = Descriptor.ofProcess(pid).filter(found -> isChild(pid, launch.pid()) || closed(found));
    }

    /**
     * Runs a plan until its container's program has started.
     *
     * @param container what was compiled
     * @param plan its plan, timed or not
     * @param descriptors what the plan's lines refer to beyond the launcher's own; see {@link Launcher}
     * @param preparation what is done with the pid of the new process while it waits, where the plan has it wait
     * @param failures sees all reports when the start fails
     * @throws PlanException when a call failed; nothing is left behind then
     */
    public static ContainerProcess start(
            Launcher launcher,
            ContainerPlan container,
            Plan plan,
            Map<Integer, Descriptor> descriptors,
            IntConsumer preparation,
            Consumer<List<Report>> failures) {
        Launch launch = launch(launcher, container, plan, descriptors);
        int pid = 0;
        try {
            for (Optional<Report> next = launch.next(); next.isPresent(); next = launch.next()) {
                Report report = next.get();
                if (report.call().systemCall() == SystemCall.CLONE3 && report.result() > 0) {
                    pid = (int) report.result();
                    if (container.waits()) {
                        container.prepare(pid);
                        preparation.accept(pid);
                        launch.go();
                    }
                }
            }
            if (pid == 0) {
                throw new KernelException("clone3(), by the monitor: it ended before", Errno.ECHILD);
            }
            return new ContainerProcess(launch, plan, container, pid);
        } catch (RuntimeException e) {
            failures.accept(launch.reports());
            end(launch, container);
            throw e;
        }
    }

    private static Launch launch(
            Launcher launcher, ContainerPlan container, Plan plan, Map<Integer, Descriptor> descriptors) {
        Map<Integer, Descriptor> own = container.descriptors();
        Map<Integer, Descriptor> all = new HashMap<>(descriptors);
        all.putAll(own);
        try {
            return launcher.start(
                    plan, "boxwright: monitor of " + container.program().name(), all);
        } finally {
            own.values().forEach(Descriptor::close);
        }
    }

    /** The same for a plan that needs no descriptors and no preparation. */
    public static ContainerProcess start(
            Launcher launcher, ContainerPlan container, Plan plan, Consumer<List<Report>> failures) {
        return start(launcher, container, plan, Map.of(), pid -> {}, failures);
    }

    /** Whether a process is the child of another, {@code /proc/PID/stat} in proc(5). */
    private static boolean isChild(int pid, int parent) {
        try {
            String stat =
                    Files.readString(Path.of("/proc", Integer.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name in the second field may have spaces and brackets of its own.
            return stat.substring(stat.lastIndexOf(')') + 1)
                    .strip()
                    .split(" ")[1]
                    .equals(Integer.toString(parent));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean closed(Descriptor other) {
        other.close();
        return false;
    }

    /** The number of the container's first process, as the host sees it. */
    public int pid() {
        return pid;
    }

    /** The plan that it was made by. */
    public Plan plan() {
        return plan;
    }

    /** What the launcher has reported so far. */
    public List<Report> reports() {
        return launch.reports();
    }

    /** Sends a signal to the container's first process; kill(2). Does nothing when it has ended. */
    public void signal(int signal) {
        process.ifPresent(descriptor -> descriptor.signal(signal));
    }

    /** Waits until the container has ended. */
    public ExitStatus await() {
        OptionalInt status = launch.await();
        ended = true;
        return new ExitStatus(
                status.orElseThrow(() -> new KernelException("wait4(" + pid + "), by the monitor", Errno.ECHILD)));
    }

    @Override
    public void close() {
        if (!ended) {
            // A container that still runs writes into the directory that is to be removed.
            signal(Constants.SIGKILL);
            launch.await();
        }
        process.ifPresent(Descriptor::close);
        end(launch, container);
    }

    private static void end(Launch launch, ContainerPlan container) {
        Optional<UncheckedIOException> left = Optional.empty();
        try {
            container.remove();
        } catch (UncheckedIOException e) {
            left = Optional.of(e);
        } finally {
            launch.close();
            launch.reap();
        }
        // The monitor, which is in the container's user namespace, can remove what we may not.
        if (left.isPresent() && container.scratch().filter(Scratch::exists).isPresent()) {
            throw left.get();
        }
    }
}

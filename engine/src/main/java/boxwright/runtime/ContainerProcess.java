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
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * A container whose program runs. Its monitor is a process of its own; this object is the JVM's end of it. Closing it
 * ends the container if it still runs, and removes its directory and its cgroups.
 */
public final class ContainerProcess implements RunningProcess, AutoCloseable {
    private final Launch launch;
    private final Plan plan;
    private final ProcessPlan container;
    private final Optional<ProcessStat> stat;
    private final Optional<Descriptor> process;
    private final int pid;
    private boolean ended;
    private boolean released;

    private ContainerProcess(Launch launch, Plan plan, ProcessPlan container, int pid) {
        this.launch = launch;
        this.plan = plan;
        this.container = container;
        this.pid = pid;
        // A container that has ended leaves its number to others: the monitor's child, or nobody.
        Optional<Descriptor> found = Descriptor.ofProcess(pid);
        this.stat = found.flatMap(open -> ProcessStat.of(pid)).filter(read -> read.parent() == launch.pid());
        this.process = found.filter(open -> stat.isPresent() || closed(open));
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
            ProcessPlan container,
            Plan plan,
            Map<Integer, Descriptor> descriptors,
            IntConsumer preparation,
            Consumer<List<Report>> failures) {
        Launch launch = launch(launcher, container, plan, descriptors);
        int pid = 0;
        try {
            for (Optional<Report> next = launch.next(); next.isPresent(); next = launch.next()) {
                Report report = next.get();
                if (container.announces(report)) {
                    pid = (int) report.result();
                    if (container.waits()) {
                        container.prepare(pid);
                        preparation.accept(pid);
                        launch.go();
                    }
                }
            }
            if (pid == 0) {
                throw new KernelException("clone(), by the monitor: it ended before", Errno.ECHILD);
            }
            return new ContainerProcess(launch, plan, container, pid);
        } catch (RuntimeException e) {
            failures.accept(launch.reports());
            end(launch, container);
            throw e;
        }
    }

    private static Launch launch(
            Launcher launcher, ProcessPlan container, Plan plan, Map<Integer, Descriptor> descriptors) {
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
            Launcher launcher, ProcessPlan container, Plan plan, Consumer<List<Report>> failures) {
        return start(launcher, container, plan, Map.of(), pid -> {}, failures);
    }

    private static boolean closed(Descriptor other) {
        other.close();
        return false;
    }

    /** The number of the container's first process, as the host sees it. */
    public int pid() {
        return pid;
    }

    /** When it was started, as the kernel counts; empty where it has ended already. */
    public OptionalLong start() {
        return stat.isPresent() ? OptionalLong.of(stat.get().start()) : OptionalLong.empty();
    }

    /** Leaves the process to its monitor: closing this is not its end any more. */
    public void release() {
        released = true;
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
    @Override
    public void signal(int signal) {
        process.ifPresent(descriptor -> descriptor.signal(signal));
    }

    /** Waits until the container has ended. */
    @Override
    public ExitStatus await() {
        OptionalInt status = launch.await();
        ended = true;
        return new ExitStatus(
                status.orElseThrow(() -> new KernelException("wait4(" + pid + "), by the monitor", Errno.ECHILD)));
    }

    @Override
    public void close() {
        if (released) {
            process.ifPresent(Descriptor::close);
            launch.close();
            return;
        }
        if (!ended) {
            // A container that still runs writes into the directory that is to be removed.
            signal(Constants.SIGKILL);
            launch.await();
        }
        process.ifPresent(Descriptor::close);
        end(launch, container);
    }

    private static void end(Launch launch, ProcessPlan container) {
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
        if (left.isPresent() && container.isLeft()) {
            throw left.get();
        }
    }
}

package boxwright.engine;

import boxwright.isolation.TreeCopy;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.TerminalKeeper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Starts prepared containers, by overlayfs where that works, else on a copy of the image. */
public final class RunningContainer {
    private RunningContainer() {}

    /**
     * Starts a container.
     *
     * @param launcher runs the plan
     * @param keeper the user's terminal, when it is made raw for the container
     * @param timing the identity, or {@link Plan#timed}
     * @param descriptors see {@link ContainerProcess#start}
     * @param failures sees all reports when the start fails
     * @throws PlanException when a call failed; nothing is left behind then
     */
    public static ContainerProcess start(
            Containers.Prepared container,
            Launcher launcher,
            Optional<TerminalKeeper> keeper,
            UnaryOperator<Plan> timing,
            Map<Integer, Descriptor> descriptors,
            Consumer<List<Report>> failures) {
        try {
            ContainerPlan overlay = container.plan(Containers.Layering.OVERLAY, keeper);
            return known(
                    container,
                    ContainerProcess.start(
                            launcher, overlay, timing.apply(overlay.plan()), descriptors, pid -> {}, failures));
        } catch (PlanException e) {
            if (!overlayIsUnusable(e)) {
                throw e;
            }
            ContainerPlan copy = container.plan(Containers.Layering.COPY, keeper);
            Runnable copying = () -> copy(container);
            return known(
                    container,
                    ContainerProcess.start(
                            launcher, copy, timing.apply(copy.plan()), descriptors, pid -> copying.run(), failures));
        }
    }

    private static void copy(Containers.Prepared container) {
        Path from = container.rootfs().directory();
        try {
            TreeCopy.copy(
                    from,
                    container.scratch().directory().resolve("merged"),
                    container.namespaces().ofOthers());
        } catch (IOException e) {
            throw new EngineException("cannot copy the root file system " + from + " for the container: "
                    + e.getMessage() + ". overlayfs, which needs no copy, does not work here.");
        }
    }

    /** Other commands find it from here on. One that has ended already is not worth it. */
    private static ContainerProcess known(Containers.Prepared container, ContainerProcess process) {
        try {
            process.start().ifPresent(start -> container.writeState(process.pid(), start));
            return process;
        } catch (RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /**
     * Whether overlayfs is what failed: the kernel has none (ENODEV), or the writable layer lies on a file system that it
     * cannot use, such as another overlay (EINVAL), or it is older than Linux 5.11 and no user namespace may mount it
     * (EPERM). Or the image cannot be seen with other owners: before Linux 5.12 at all (ENOSYS), on file systems that
     * never learnt it (EINVAL), and as a layer of an overlay before 5.19 (EINVAL).
     */
    private static boolean overlayIsUnusable(PlanException failure) {
        SystemCall call = failure.call().systemCall();
        boolean overlay = call == SystemCall.MOUNT
                && failure.call().arguments().get(2).toString().equals("\"overlay\"");
        boolean owners = call == SystemCall.MOUNT_SETATTR
                && failure.call().arguments().get(3).toString().contains("MOUNT_ATTR_IDMAP");
        return (overlay || owners)
                && List.of(Errno.ENODEV, Errno.EINVAL, Errno.EPERM, Errno.ENOSYS)
                        .contains(failure.errno());
    }
}

package boxwright.runtime.oci;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launcher;
import boxwright.runtime.spec.Configuration.Hook;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * Starts the program of a container that waits for it, runtime.md "Start".
 *
 * @param root where the state is
 * @param launcher runs hooks
 */
public record Start(StateRoot root, Launcher launcher) {
    /** The size of a report, {@code EncodedPlan}. */
    private static final int REPORT = 48;

    private static final long FOREVER_MILLIS = Long.MAX_VALUE / 2_000_000;

    /**
     * Starts it. When this returns, the program runs.
     *
     * @throws OperationException when the container does not wait, or its program cannot be executed
     */
    public void start(String id) throws IOException {
        try (ContainerDirectory directory = root.lock(id)) {
            ContainerState state = Containers.state(directory);
            switch (state.status()) {
                case CREATED -> {}
                case STOPPED -> throw new OperationException("cannot start a container that has stopped");
                case CREATING -> throw new OperationException("cannot start a container that is being created");
                default -> throw new OperationException("cannot start an already running container");
            }
            release(directory);
            List<Hook> hooks = poststart(directory);
            if (!hooks.isEmpty()) {
                runHooks(state.record(), hooks);
            }
        }
    }

    private static void release(ContainerDirectory directory) throws IOException {
        // Non-blocking: should the process be gone, nobody would ever open the other end.
        long nonBlocking = Constants.O_NONBLOCK;
        try (Descriptor result = Descriptor.open(directory.resultFifo(), Constants.O_RDONLY | nonBlocking, 0);
                Descriptor start = Descriptor.open(directory.startFifo(), Constants.O_WRONLY | nonBlocking, 0)) {
            start.write(new byte[] {1});
            Files.deleteIfExists(directory.startFifo());
            if (result.awaitInput(FOREVER_MILLIS)) {
                byte[] report = result.read(REPORT);
                if (report.length == REPORT) {
                    throw new OperationException(LastCalls.explain(directory.lastCalls(), report));
                }
            }
            Files.deleteIfExists(directory.resultFifo());
        } catch (KernelException e) {
            if (e.errno() == Errno.ENXIO) {
                throw new OperationException("cannot start the container: its process does not wait any more");
            }
            throw e;
        }
    }

    private static List<Hook> poststart(ContainerDirectory directory) throws IOException {
        return directory
                .configurationWith("poststart")
                .map(configuration -> configuration.hooks().poststart())
                .orElse(List.of());
    }

    /** As with runc, a container whose hook fails is ended. */
    private void runHooks(ContainerRecord record, List<Hook> hooks) {
        int pid = record.process().pid();
        try {
            new HookRun(launcher).run("poststart", hooks, ContainerState.forHook(record, Status.RUNNING, pid));
        } catch (OperationException e) {
            Kill.signal(record, Constants.SIGKILL);
            throw e;
        }
    }
}

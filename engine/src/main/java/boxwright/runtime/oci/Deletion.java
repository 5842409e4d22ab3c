package boxwright.runtime.oci;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launcher;
import boxwright.runtime.spec.Configuration;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Removes a container, and whatever is left of one that was never finished, runtime.md "Delete".
 *
 * @param root where the state is
 * @param launcher runs hooks
 * @param warnings takes what went wrong and stopped nothing, a sentence each
 */
public record Deletion(StateRoot root, Launcher launcher, Consumer<String> warnings) {
    private static final long PATIENCE_MILLIS = 10_000;

    /**
     * Removes it.
     *
     * @param force whether a container that runs is killed, and one that does not exist is no error
     * @throws OperationException when it still runs
     */
    public void delete(String id, boolean force) throws IOException {
        StateRoot.checkId(id);
        try (ContainerDirectory directory = root.lock(id)) {
            Optional<ContainerRecord> record = directory.record();
            if (record.isPresent()) {
                remove(directory, Containers.state(directory), force);
            }
            directory.remove();
        } catch (OperationException e) {
            if (!force || !e.isNotThere()) {
                throw e;
            }
        }
    }

    private void remove(ContainerDirectory directory, ContainerState state, boolean force) throws IOException {
        boolean hasRun = state.status() != Status.CREATED && state.status() != Status.CREATING;
        if (state.status() != Status.STOPPED) {
            if (hasRun && !force) {
                throw new OperationException("cannot delete container " + directory.id() + " that is not stopped: "
                        + state.status().word());
            }
            end(state.record());
        }
        if (state.record().process().isNone()) {
            awaitLauncher(directory);
            Cgroups.of(state.record()).removeUnused();
        } else {
            Cgroups.of(state.record()).remove();
        }
        state.record().unit().stop(launcher);
        poststop(directory, state.record());
    }

    /**
     * When {@code create} is killed right after it has started a launcher, that may run only later: it makes the cgroups, and
     * ends where it would be told to go on. As long as it lives it has the pipe open, and so has the process that it makes.
     */
    private static void awaitLauncher(ContainerDirectory directory) {
        for (long attempt = 0; attempt < PATIENCE_MILLIS; attempt++) {
            try {
                Descriptor.open(directory.startFifo(), Constants.O_WRONLY | Constants.O_NONBLOCK, 0)
                        .close();
            } catch (KernelException e) {
                // ENXIO: nobody reads; fifo(7). ENOENT: it never came so far.
                if (e.errno() == Errno.ENXIO || e.errno() == Errno.ENOENT) {
                    return;
                }
                throw e;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new OperationException("container " + directory.id()
                + " cannot be removed: the command that made it was killed, and what it started has not ended yet");
    }

    private static void end(ContainerRecord record) {
        Optional<Descriptor> process = Descriptor.ofProcess(record.process().pid());
        if (process.isEmpty()) {
            return;
        }
        try (Descriptor found = process.get()) {
            if (record.process().isAlive()) {
                found.signal(Constants.SIGKILL);
                Cgroups.of(record).thawAll();
                if (!found.awaitInput(PATIENCE_MILLIS)) {
                    throw new OperationException("container " + record.id() + " was killed, but its process "
                            + record.process().pid() + " is still there: it waits in the kernel for something");
                }
            }
        }
    }

    private void poststop(ContainerDirectory directory, ContainerRecord record) throws IOException {
        Optional<Configuration> configuration = directory.configurationWith("poststop");
        if (configuration.isPresent()) {
            new HookRun(launcher)
                    .runAll(
                            "poststop",
                            configuration.get().hooks().poststop(),
                            ContainerState.forHook(record, Status.STOPPED, 0),
                            warnings);
        }
    }
}

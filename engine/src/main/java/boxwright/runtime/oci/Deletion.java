package boxwright.runtime.oci;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.runtime.spec.ConfigurationReader;
import java.io.IOException;
import java.util.Optional;
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
        if (state.record().process().equals(ProcessIdentity.NONE)) {
            Cgroups.of(state.record()).removeUnused();
        } else {
            Cgroups.of(state.record()).remove();
        }
        poststop(directory, state.record());
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
        String text = directory.configuration();
        // Most have none, and reading the whole takes longer than all of the rest.
        if (text.contains("\"poststop\"")) {
            new HookRun(launcher)
                    .runAll(
                            "poststop",
                            ConfigurationReader.read("config.json", text)
                                    .hooks()
                                    .poststop(),
                            ContainerState.forHook(record, Status.STOPPED, 0),
                            warnings);
        }
    }
}

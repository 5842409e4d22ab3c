package boxwright.runtime.oci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The containers below a {@code --root}, looked at.
 *
 * @param root where their state is
 */
public record Containers(StateRoot root) {
    /**
     * A container.
     *
     * @throws OperationException when it does not exist
     */
    public ContainerState state(String id) throws IOException {
        return state(root.open(id));
    }

    static ContainerState state(ContainerDirectory directory) throws IOException {
        return find(directory).orElseThrow(() -> OperationException.notThere(directory.id()));
    }

    /** All of them, by id. */
    public List<ContainerState> all() throws IOException {
        List<ContainerState> all = new ArrayList<>();
        for (String id : root.ids()) {
            try {
                find(root.open(id)).ifPresent(all::add);
            } catch (OperationException e) {
                continue; // It was removed since the directory was read.
            }
        }
        return all;
    }

    private static Optional<ContainerState> find(ContainerDirectory directory) throws IOException {
        Optional<ContainerRecord> record = directory.record();
        if (record.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ContainerState(record.get(), status(directory, record.get())));
    }

    private static Status status(ContainerDirectory directory, ContainerRecord record) throws IOException {
        if (record.process().isNone()) {
            return directory.isLocked() ? Status.CREATING : Status.STOPPED;
        }
        if (!record.process().isAlive()) {
            return Status.STOPPED;
        }
        if (record.launcher().isEmpty()) {
            return Status.CREATING; // Or the command that makes it was killed: it never comes further.
        }
        if (directory.isWaiting() && executable(record.process().pid()).equals(record.launcher())) {
            return Status.CREATED;
        }
        return Cgroups.of(record).isFrozen() ? Status.PAUSED : Status.RUNNING;
    }

    /** What a process executes: device and inode; empty when it has ended. */
    static String executable(int pid) {
        try {
            Path link = Path.of("/proc", Integer.toString(pid), "exe");
            return String.valueOf(
                    Files.readAttributes(link, BasicFileAttributes.class).fileKey());
        } catch (IOException e) {
            return "";
        }
    }
}

package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Setting;
import boxwright.runtime.spec.Resources;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes the limits of a container that exists.
 *
 * @param root where the state is
 */
public record Update(StateRoot root) {
    /**
     * Changes those that are given, and no others. As with runc, the list of devices stays as it was.
     *
     * @throws OperationException when the container has ended
     * @throws SpecException when a limit cannot be had
     */
    public void update(String id, Resources resources) throws IOException {
        try (ContainerDirectory directory = root.lock(id)) {
            ContainerState state = Containers.state(directory);
            if (state.status() == Status.STOPPED) {
                throw new OperationException("container not running: its limits cannot be changed");
            }
            List<Path> groups = new ArrayList<>();
            state.record().cgroups().forEach(group -> groups.add(Path.of(group)));
            List<Change> changes = new ArrayList<>();
            for (Map.Entry<String, List<Setting>> entry :
                    settings(groups, resources).entrySet()) {
                for (Setting setting : entry.getValue()) {
                    changes.add(new Change(file(groups, setting), setting.value()));
                }
            }
            apply(changes);
        }
    }

    private static Map<String, List<Setting>> settings(List<Path> groups, Resources resources) {
        boolean first = groups.stream().anyMatch(group -> !Files.exists(group.resolve("cgroup.controllers")));
        return first ? ResourceSettings.ofFirstVersion(resources) : ResourceSettings.ofSecondVersion(resources);
    }

    private static Path file(List<Path> groups, Setting setting) {
        for (Path group : groups) {
            if (Files.exists(group.resolve(setting.file()))) {
                return group.resolve(setting.file());
            }
        }
        throw new SpecException("no cgroup of the container has the file " + setting.file());
    }

    private record Change(Path file, String value) {
        Optional<IOException> write() {
            try {
                Files.writeString(file, value, StandardOpenOption.WRITE);
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(e);
            }
        }
    }

    /**
     * In version 1 the limit of memory may not pass that of memory and swap at any moment: which of the two has to come
     * first depends on what they were. So what is refused is tried once more, behind the others.
     */
    private static void apply(List<Change> changes) {
        List<Change> refused = new ArrayList<>();
        for (Change change : changes) {
            if (change.write().isPresent()) {
                refused.add(change);
            }
        }
        for (Change change : refused) {
            Optional<IOException> failure = change.write();
            if (failure.isPresent()) {
                throw new OperationException("cannot set " + change.file() + " to " + change.value() + ": "
                        + failure.get().getMessage());
            }
        }
    }
}

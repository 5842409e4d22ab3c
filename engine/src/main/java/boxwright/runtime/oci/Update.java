package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Setting;
import boxwright.kernel.Launcher;
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
 * @param launcher runs systemd's tools, where systemd has made the groups
 */
public record Update(StateRoot root, Launcher launcher) {
    private static final String CONTROLLERS = "cgroup.controllers";

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
            if (resources.memory().checkBeforeUpdate() || checksBefore(directory)) {
                checkMemory(groups, resources.memory());
            }
            List<Change> changes = new ArrayList<>();
            Map<String, List<Setting>> wanted = settings(groups, resources);
            for (List<Setting> settings : wanted.values()) {
                for (Setting setting : settings) {
                    file(groups, setting).ifPresent(file -> changes.add(new Change(file, setting.value())));
                }
            }
            apply(changes);
            state.record().unit().set(launcher, wanted);
        }
    }

    private static boolean checksBefore(ContainerDirectory directory) throws IOException {
        return directory
                .configurationWith("checkBeforeUpdate")
                .map(configuration -> configuration.linux().resources().memory().checkBeforeUpdate())
                .orElse(false);
    }

    /** In version 2 the kernel would end processes until the new limit holds. */
    private static void checkMemory(List<Path> groups, Resources.Memory memory) throws IOException {
        long limit = memory.limit().orElse(0);
        for (Path group : groups) {
            for (String file : List.of("memory.usage_in_bytes", "memory.current")) {
                if (limit > 0 && Files.exists(group.resolve(file))) {
                    long used =
                            Long.parseLong(Files.readString(group.resolve(file)).strip());
                    if (used > limit) {
                        throw new OperationException("the limit of memory stays as it was: " + limit
                                + " bytes are less than the " + used + " that the container has in use, and"
                                + " checkBeforeUpdate is set");
                    }
                }
            }
        }
    }

    /** By controller; each is in one version only, and a container may have groups in either. */
    static Map<String, List<Setting>> settings(List<Path> groups, Resources resources) throws IOException {
        Optional<Path> second = Optional.empty();
        for (Path group : groups) {
            if (Files.exists(group.resolve(CONTROLLERS))) {
                second = Optional.of(group);
            }
        }
        if (second.isEmpty()) {
            return ResourceSettings.ofFirstVersion(resources);
        }
        Resources whole = new LimitsNow(second.get()).complete(resources);
        return groups.size() == 1
                ? ResourceSettings.ofSecondVersion(whole)
                : ResourceSettings.ofBothVersions(
                        whole,
                        List.of(Files.readString(second.get().resolve(CONTROLLERS))
                                .strip()
                                .split(" ")));
    }

    private static Optional<Path> file(List<Path> groups, Setting setting) {
        for (Path group : groups) {
            if (Files.exists(group.resolve(setting.file()))) {
                return Optional.of(group.resolve(setting.file()));
            }
        }
        if (setting.holdsWithoutFile()) {
            return Optional.empty();
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

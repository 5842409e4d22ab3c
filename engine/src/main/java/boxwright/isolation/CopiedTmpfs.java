package boxwright.isolation;

import static boxwright.kernel.Argument.fd;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A tmpfs with {@code tmpcopyup}. The launcher makes it before there is a process, and it is mounted nowhere; Java copies
 * the files into it by {@code /proc/PID/fd/N}, while the new process waits; and that then mounts it.
 *
 * @param asked what is asked for; its number has the tmpfs
 * @param users the container's own: it is made outside of them, for their root; empty for none
 */
public record CopiedTmpfs(CopyUp asked, Optional<UserNamespace> users) implements TreeEntry {
    /** Holds the number until the tmpfs has it. */
    @Override
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of(asked.descriptor(), () -> Descriptor.memory("tmpfs"));
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        Slot made = Slot.of("tmpfs" + asked.descriptor());
        List<String> settings = asked.settings();
        users.ifPresent(maps -> {
            own(settings, "uid=", maps.users());
            own(settings, "gid=", maps.groups());
        });
        plan.newMount("tmpfs", settings, asked.attributes()).into(made).because("mounted nowhere yet, to be filled");
        plan.dup3(made.value(), asked.descriptor(), Constants.O_CLOEXEC).because("Java finds it by this number");
        plan.close(made.value());
    }

    /** The owner of its root directory, by the number that he has outside. */
    private static void own(List<String> settings, String key, IdMap map) {
        long inside = 0;
        for (String setting : List.copyOf(settings)) {
            if (setting.startsWith(key) && setting.substring(key.length()).matches("[0-9]{1,10}")) {
                inside = Long.parseLong(setting.substring(key.length()));
                settings.remove(setting);
            }
        }
        map.outside(inside).ifPresent(outside -> settings.add(key + outside));
    }

    @Override
    public Optional<Preparation> preparation() {
        return Optional.of(new Preparation(
                "the tmpfs at /" + asked.target().path() + " has what the image has there", this::fill));
    }

    private void fill(int pid) {
        Path image = asked.image();
        if (!Files.isDirectory(image)) {
            return; // Nothing is covered.
        }
        try {
            TreeCopy.copy(image, Path.of("/proc/" + pid + "/fd/" + asked.descriptor()), Optional.empty());
        } catch (IOException e) {
            throw new KernelException("copy of " + image + " to a tmpfs, tmpcopyup: " + e.getMessage(), Errno.EIO);
        }
    }

    @Override
    public void addTo(PlanBuilder plan) {
        asked.attach(plan, fd(asked.descriptor()));
    }
}

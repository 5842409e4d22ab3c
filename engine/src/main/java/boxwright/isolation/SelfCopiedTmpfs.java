package boxwright.isolation;

import static boxwright.kernel.Argument.fd;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The same as {@link CopiedTmpfs} where we may mount nothing outside, and the image's files belong to users of the
 * container that we are not: so its first process, which is root of both, makes the tmpfs and copies file by file.
 *
 * @param asked what is asked for; its number has the directory of the image, which mounts before this one so do not hide
 * @param files what is in that directory; empty also where there is none
 */
public record SelfCopiedTmpfs(CopyUp asked, List<ImageFile> files) implements TreeEntry {
    public SelfCopiedTmpfs {
        files = List.copyOf(files);
    }

    /**
     * The same, with what is in the image now.
     *
     * @param users the container's own
     * @throws IOException where the directory cannot be looked at, or has what cannot be made
     */
    public static SelfCopiedTmpfs of(CopyUp asked, UserNamespace users) throws IOException {
        return new SelfCopiedTmpfs(
                asked, Files.isDirectory(asked.image()) ? ImageFile.list(asked.image(), users) : List.of());
    }

    /** Holds the number until the directory has it. */
    @Override
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of(asked.descriptor(), () -> Descriptor.memory("image"));
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        if (files.isEmpty()) {
            return;
        }
        Slot directory = Slot.of("image" + asked.descriptor());
        plan.open(asked.image().toString(), Constants.O_PATH | Constants.O_CLOEXEC, 0)
                .into(directory)
                .because("what the tmpfs will cover, to be copied");
        plan.dup3(directory.value(), asked.descriptor(), Constants.O_CLOEXEC);
        plan.close(directory.value());
    }

    @Override
    public void addTo(PlanBuilder plan) {
        Slot tmpfs = Slot.of("tmpfs");
        plan.newMount("tmpfs", asked.settings(), asked.attributes())
                .into(tmpfs)
                .because("mounted nowhere yet, to be filled");
        files.forEach(file -> file.copy(plan, fd(asked.descriptor()), tmpfs.value()));
        plan.close(fd(asked.descriptor()));
        asked.attach(plan, tmpfs.value());
    }
}

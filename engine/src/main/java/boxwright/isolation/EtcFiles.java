package boxwright.isolation;

import static boxwright.kernel.Constants.O_CREAT;
import static boxwright.kernel.Constants.O_EXCL;
import static boxwright.kernel.Constants.O_WRONLY;
import static boxwright.kernel.Errno.EEXIST;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Files in {@code /etc} that belong to the container and not to its image, {@code hosts} and {@code hostname} among them.
 * As Docker does, they are made outside and mounted over those of the image. Written through the image's own
 * {@code /etc/hosts} they could end up in what that is: a fifo that nobody reads, or the node of a disk.
 *
 * @param directory of the host, where they are made
 * @param all the files
 */
public record EtcFiles(Path directory, List<EtcFile> all) {
    /**
     * One of them.
     *
     * @param name in {@code /etc}
     * @param text what is in it
     */
    public record EtcFile(String name, String text) {}

    public EtcFiles {
        all = List.copyOf(all);
    }

    /** The image's own are good enough. */
    public static EtcFiles none() {
        return new EtcFiles(Path.of("/"), List.of());
    }

    /**
     * The lines that make them, before {@code pivot_root}.
     *
     * @param owner whose they become
     */
    void open(PlanBuilder plan, OptionalLong owner) {
        Slot made = Slot.of("made");
        for (EtcFile file : all) {
            plan.open(directory.resolve(file.name()).toString(), O_WRONLY | O_CREAT | O_EXCL, 0644)
                    .into(made)
                    .because("what will be /etc/" + file.name());
            plan.write(made.value(), file.text());
            owner.ifPresent(user -> plan.fchown(made.value(), user));
            plan.open_tree(made.value()).into(Slot.of(file.name()));
        }
    }

    /** The lines that mount them. A link in the place of one is not followed: the file lies on the link itself. */
    void attach(PlanBuilder plan) {
        if (all.isEmpty()) {
            return;
        }
        Slot etc = Slot.of("etc");
        plan.mkdir("/etc", 0755).tolerate(EEXIST);
        ContainerPath.of("/etc").open(plan, etc).because("/etc of the image, past no magic link");
        for (EtcFile file : all) {
            plan.createFile(etc.value(), file.name(), 0644).tolerate(EEXIST);
            plan.move_mount(Slot.of(file.name()).value(), etc.value(), file.name())
                    .because("the container's own, over the image's");
        }
    }
}

package boxwright.isolation;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A tmpfs that begins with what the image has in its place, as it is asked for: {@code tmpcopyup}, config.md "Linux mount
 * options". Who fills it is another question.
 *
 * @param target where it goes
 * @param source what it is called in /proc/mounts
 * @param image the directory of the host that it covers
 * @param descriptor a number that it, or that directory, is kept under until it is mounted
 * @param options as the specification has them
 * @param label the SELinux label of its files; empty for none
 */
public record CopyUp(TreePath target, String source, Path image, int descriptor, MountOptions options, String label) {
    private static final Slot PLACE = Slot.of("place");

    /** What the file system is told. */
    List<String> settings() {
        List<String> settings = new ArrayList<>(options.data());
        settings.addFirst("source=" + source);
        if (!label.isEmpty()) {
            settings.add("context=" + label);
        }
        return settings;
    }

    /** What the mount is told; it is writable until all is in it. */
    long attributes() {
        return TreeMount.attributes(options.set() & ~Constants.MS_RDONLY) | TreeMount.accessTimes(options.set());
    }

    /** The lines that mount it, filled, and close it. */
    void attach(PlanBuilder plan, Argument tmpfs) {
        target.openOrMake(plan, PLACE, true, "where it goes, and nowhere else");
        plan.move_mount(tmpfs, PLACE.value()).because("the tmpfs, with its files, at /" + target.path());
        if ((options.set() & Constants.MS_RDONLY) != 0) {
            plan.mount_setattr_without(tmpfs, Constants.MOUNT_ATTR_RDONLY, 0, false)
                    .because("read-only, now that all is in it");
        }
        TreeMount.beyondMount(plan, tmpfs, options);
        plan.close(tmpfs);
        plan.close(PLACE.value());
    }
}

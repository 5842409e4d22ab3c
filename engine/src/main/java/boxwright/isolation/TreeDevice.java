package boxwright.isolation;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;

/**
 * A device file in the tree of a container before {@code pivot_root}, mknod(2). Root of a user namespace may make none: he
 * gets the host's, if there is one of that path, by a bind mount.
 *
 * @param path where
 * @param type {@code S_IFCHR}, {@code S_IFBLK} or {@code S_IFIFO}
 * @param mode permissions
 * @param user owner in the container
 * @param group group in the container
 * @param borrowed whether it is the host's, mounted: in a user namespace nobody makes devices. What is there is covered, be it
 *     the empty file that an earlier container was mounted on
 */
public record TreeDevice(
        TreePath path, long type, int mode, int major, int minor, int user, int group, boolean borrowed) {
    private static final Slot DIRECTORY = Slot.of("directory");
    private static final Slot TREE = Slot.of("tree");
    private static final Slot PLACE = Slot.of("place");

    void addTo(PlanBuilder plan) {
        if (borrowed) {
            borrow(plan);
            plan.close(PLACE.value());
            return;
        }
        path.parent().openOrMake(plan, DIRECTORY, true, "the directory of the device");
        // The kernel's encoding, new_encode_dev in include/linux/kdev_t.h.
        long number = minor & 0xff | (long) major << 8 | (minor & ~0xffL) << 12;
        plan.call(
                        SystemCall.MKNODAT,
                        DIRECTORY.value(),
                        text(path.name()),
                        number(type | mode, Notation.FILE_MODE),
                        number(number, Notation.DEVICE))
                .tolerate(EEXIST, EPERM)
                .because("the device /" + path.path());
        if (user != 0 || group != 0) {
            plan.chownNoFollow(DIRECTORY.value(), path.name(), user, group)
                    .tolerate(EPERM, ENOENT)
                    .because("whose it is; the host's own, below, keeps its owner");
        }
        plan.close(DIRECTORY.value());
        path.open(plan, PLACE)
                .tolerate(ENOENT)
                .because("whether it is there: as it was before, or made just now")
                .otherwise(this::borrow);
        plan.close(PLACE.value());
    }

    private void borrow(PlanBuilder plan) {
        plan.open_tree("/" + path.path(), 0).into(TREE).because("the host's device");
        path.openOrMake(plan, PLACE, false, "a place to mount on");
        plan.move_mount(TREE.value(), PLACE.value());
        plan.close(TREE.value());
    }
}

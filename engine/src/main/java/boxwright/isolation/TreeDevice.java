package boxwright.isolation;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Constants;
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
 */
public record TreeDevice(TreePath path, long type, int mode, int major, int minor, int user, int group) {
    private static final Slot DIRECTORY = Slot.of("directory");
    private static final Slot TREE = Slot.of("tree");
    private static final Slot PLACE = Slot.of("place");

    void addTo(PlanBuilder plan) {
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
                .because("the device /" + path.path())
                .otherwise(this::borrow);
        if (user != 0 || group != 0) {
            plan.call(
                            SystemCall.FCHOWNAT,
                            DIRECTORY.value(),
                            text(path.name()),
                            number(user),
                            number(group),
                            number(Constants.AT_SYMLINK_NOFOLLOW, Notation.name("AT_SYMLINK_NOFOLLOW")))
                    .tolerate(EPERM);
        }
        plan.close(DIRECTORY.value());
    }

    /** EEXIST: it is there, and so is as good as made; Java has looked. EPERM: the host's has to do. */
    private void borrow(PlanBuilder plan) {
        plan.open_tree("/" + path.path(), 0).into(TREE).because("the host's device");
        path.openOrMake(plan, PLACE, false, "a place to mount on");
        plan.move_mount(TREE.value(), PLACE.value());
        plan.close(TREE.value());
        plan.close(PLACE.value());
    }
}

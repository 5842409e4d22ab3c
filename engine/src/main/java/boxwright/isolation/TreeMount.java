package boxwright.isolation;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.AT_EMPTY_PATH;
import static boxwright.kernel.Constants.AT_FDCWD;
import static boxwright.kernel.Constants.AT_RECURSIVE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Line;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.List;

/**
 * A mount in the tree of a container before {@code pivot_root}, config.md "Mounts" of the OCI runtime specification.
 *
 * @param target where, see {@link TreePath}
 * @param type of the file system; not looked at for a bind mount
 * @param source of the file system, or the path on the host
 * @param directory whether the target is a directory
 * @param options as the specification has them
 * @param label the SELinux label of its files; empty for none
 */
public record TreeMount(
        TreePath target, String type, String source, boolean directory, MountOptions options, String label)
        implements TreeEntry {
    private static final Slot PLACE = Slot.of("place");
    private static final Slot TREE = Slot.of("tree");

    /** Flags of mount(2) that are attributes of the mount, and so can be set on a bind mount. */
    private static final long[][] ATTRIBUTES = {
        {Constants.MS_RDONLY, 0x1},
        {Constants.MS_NOSUID, 0x2},
        {Constants.MS_NODEV, 0x4},
        {Constants.MS_NOEXEC, 0x8},
        {Constants.MS_NODIRATIME, 0x80},
        {Constants.MS_NOSYMFOLLOW, 0x200000}
    };

    private static final long ATIME = 0x70;
    private static final long NOATIME = 0x10;
    private static final long STRICTATIME = 0x20;

    @Override
    public void addTo(PlanBuilder plan) {
        if (options.isBind()) {
            bind(plan);
        } else {
            target.openOrMake(plan, PLACE, true, "where it goes, and nowhere else");
            plan.call(SystemCall.FCHDIR, PLACE.value()).because("to be named . and nothing else");
            plan.close(PLACE.value());
            if ((options.set() & MS_REMOUNT) != 0) {
                plan.mount("none", ".", type, options.set(), data()).because("other options for /" + target.path());
            } else {
                plan.mount(source.isEmpty() ? type : source, ".", type, options.set(), data())
                        .because(type + " at /" + target.path());
                afterwards(plan);
            }
            plan.chdir("/");
        }
    }

    private String data() {
        String text = options.text();
        if (label.isEmpty()) {
            return text;
        }
        String context = "context=\"" + label + "\"";
        return text.isEmpty() ? context : text + "," + context;
    }

    /** What mount(2) of a file system does not do: a new mount lies on the place, which so has to be opened again. */
    private void afterwards(PlanBuilder plan) {
        if (options.propagation().isEmpty() && options.recursiveSet() == 0 && options.recursiveClear() == 0) {
            return;
        }
        target.open(plan, TREE).because("the new mount itself");
        attributes(plan);
        plan.close(TREE.value());
    }

    private void bind(PlanBuilder plan) {
        long clone = Constants.OPEN_TREE_CLONE
                | Constants.OPEN_TREE_CLOEXEC
                | (options.isRecursive() ? AT_RECURSIVE : 0);
        plan.call(SystemCall.OPEN_TREE, fd(AT_FDCWD), text(source), number(clone, Notation.OPEN_TREE))
                .into(TREE)
                .because("a copy of the host's mount, which is nowhere yet");
        long set = attributes(options.set());
        long clear = attributes(options.clear());
        if ((options.set() & (Constants.MS_NOATIME | Constants.MS_STRICTATIME | Constants.MS_RELATIME)) != 0) {
            clear |= ATIME;
            set |= (options.set() & Constants.MS_NOATIME) != 0
                    ? NOATIME
                    : (options.set() & Constants.MS_STRICTATIME) != 0 ? STRICTATIME : 0;
        }
        if (set != 0 || (clear & ATIME) != 0) {
            mountSetattr(plan, set, clear & ATIME, 0, false).because("what may be done with it");
        }
        if ((clear & ~ATIME) != 0) {
            // Who has not made a mount may not take such flags off it, mount_namespaces(7): then they stay.
            mountSetattr(plan, 0, clear & ~ATIME, 0, false).tolerate(EPERM).because("what may be done with it, again");
        }
        attributes(plan);
        target.openOrMake(plan, PLACE, directory, "where it goes, and nowhere else");
        moveMount(plan, TREE.value(), PLACE.value()).because(source + " of the host at /" + target.path());
        plan.close(TREE.value());
        plan.close(PLACE.value());
    }

    /** What the specification's options say beyond mount(2), of the mount in {@link #TREE}. */
    private void attributes(PlanBuilder plan) {
        if (options.recursiveSet() != 0 || options.recursiveClear() != 0) {
            mountSetattr(plan, options.recursiveSet(), options.recursiveClear(), 0, true)
                    .because("and the same for all that is mounted below it");
        }
        for (long propagation : options.propagation()) {
            mountSetattr(plan, 0, 0, propagation & ~MS_REC, (propagation & MS_REC) != 0)
                    .because("what passes between it and the mounts that it is a copy of; mount_namespaces(7)");
        }
    }

    private static long attributes(long flags) {
        long attributes = 0;
        for (long[] pair : ATTRIBUTES) {
            attributes |= (flags & pair[0]) != 0 ? pair[1] : 0;
        }
        return attributes;
    }

    private static Line mountSetattr(PlanBuilder plan, long set, long clear, long propagation, boolean recursive) {
        return mountSetattr(plan, TREE.value(), set, clear, propagation, recursive);
    }

    static Line mountSetattr(
            PlanBuilder plan, Argument tree, long set, long clear, long propagation, boolean recursive) {
        return mountSetattr(
                plan, tree, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), set, clear, propagation);
    }

    static Line mountSetattr(PlanBuilder plan, Argument directory, String path, long set) {
        return mountSetattr(plan, directory, path, 0, set, 0, 0);
    }

    private static Line mountSetattr(
            PlanBuilder plan, Argument directory, String path, long flags, long set, long clear, long propagation) {
        Argument.Struct attributes = new Argument.Struct(List.of(
                field("attr_set", 8, set == 0 ? Argument.NULL : number(set, Notation.MOUNT_ATTR)),
                field("attr_clr", 8, clear == 0 ? Argument.NULL : number(clear, Notation.MOUNT_ATTR)),
                field("propagation", 8, propagation == 0 ? Argument.NULL : number(propagation, Notation.MOUNT)),
                field("userns_fd", 8, 0)));
        return plan.call(
                SystemCall.MOUNT_SETATTR,
                directory,
                text(path),
                number(flags, Notation.AT),
                attributes,
                number(attributes.size()));
    }

    static Line moveMount(PlanBuilder plan, Argument tree, Argument place) {
        return plan.call(
                SystemCall.MOVE_MOUNT,
                tree,
                text(""),
                place,
                text(""),
                number(
                        Constants.MOVE_MOUNT_F_EMPTY_PATH | Constants.MOVE_MOUNT_T_EMPTY_PATH,
                        Notation.MOVE_MOUNT));
    }
}

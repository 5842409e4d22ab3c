package boxwright.isolation;

import static boxwright.kernel.Constants.AT_RECURSIVE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A mount in the tree of a container before {@code pivot_root}, config.md "Mounts" of the OCI runtime specification.
 *
 * @param target where, see {@link TreePath}
 * @param type of the file system; not looked at for a bind mount
 * @param source of the file system, or the path on the host
 * @param directory whether the target is a directory
 * @param options as the specification has them
 * @param label the SELinux label of its files; empty for none
 * @param owners of a bind mount whose files have others than on disk
 */
public record TreeMount(
        TreePath target,
        String type,
        String source,
        boolean directory,
        MountOptions options,
        String label,
        Optional<MappedOwners> owners)
        implements TreeEntry {
    private static final Slot PLACE = Slot.of("place");
    private static final Slot TREE = Slot.of("tree");

    /** As {@link #TREE}, made before there is a container, with what we may do and its root may not. */
    private Slot tree() {
        return owners.map(mapped -> Slot.of("tree" + mapped.descriptor())).orElse(TREE);
    }

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
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        return owners.map(MappedOwners::descriptors).orElse(Map.of());
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        owners.ifPresent(mapped -> {
            copy(plan);
            plan.mapOwners(tree(), mapped.descriptor(), mapped.recursive())
                    .because("its files have other owners when they are seen through it");
        });
    }

    @Override
    public void addTo(PlanBuilder plan) {
        if (options.isBind()) {
            if (owners.isEmpty()) {
                copy(plan);
            }
            attach(plan);
        } else {
            target.openOrMake(plan, PLACE, true, "where it goes, and nowhere else");
            plan.fchdir(PLACE.value()).because("to be named . and nothing else");
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
        beyondMount(plan, TREE.value(), options);
        plan.close(TREE.value());
    }

    private void copy(PlanBuilder plan) {
        Slot tree = tree();
        plan.open_tree(source, options.isRecursive() ? AT_RECURSIVE : 0)
                .into(tree)
                .because("a copy of the host's mount, which is nowhere yet");
        long set = attributes(options.set());
        long clear = attributes(options.clear());
        if ((options.set() & (Constants.MS_NOATIME | Constants.MS_STRICTATIME | Constants.MS_RELATIME)) != 0) {
            clear |= ATIME;
            set |= accessTimes(options.set());
        }
        if (set != 0 || (clear & ATIME) != 0) {
            plan.mount_setattr_without(tree.value(), set, clear & ATIME, false).because("what may be done with it");
        }
        if ((clear & ~ATIME) != 0) {
            // Who has not made a mount may not take such flags off it, mount_namespaces(7): then they stay.
            plan.mount_setattr_without(tree.value(), 0, clear & ~ATIME, false)
                    .tolerate(EPERM)
                    .because("what may be done with it, again");
        }
        beyondMount(plan, tree.value(), options);
    }

    private void attach(PlanBuilder plan) {
        Slot tree = tree();
        target.openOrMake(plan, PLACE, directory, "where it goes, and nowhere else");
        plan.move_mount(tree.value(), PLACE.value()).because(source + " of the host at /" + target.path());
        plan.close(tree.value());
        plan.close(PLACE.value());
    }

    /** What the specification's options say beyond mount(2). */
    static void beyondMount(PlanBuilder plan, Argument tree, MountOptions options) {
        if (options.recursiveSet() != 0 || options.recursiveClear() != 0) {
            plan.mount_setattr_without(tree, options.recursiveSet(), options.recursiveClear(), true)
                    .because("and the same for all that is mounted below it");
        }
        for (long propagation : options.propagation()) {
            plan.mount_setattr(tree, 0, propagation & ~MS_REC, (propagation & MS_REC) != 0)
                    .because("what passes between it and the mounts that it is a copy of; mount_namespaces(7)");
        }
    }

    /** The field of the access times, which are one number and no bits. */
    static long accessTimes(long flags) {
        return (flags & Constants.MS_NOATIME) != 0
                ? NOATIME
                : (flags & Constants.MS_STRICTATIME) != 0 ? STRICTATIME : 0;
    }

    /** {@code MS_…} as {@code MOUNT_ATTR_…}. */
    static long attributes(long flags) {
        long attributes = 0;
        for (long[] pair : ATTRIBUTES) {
            attributes |= (flags & pair[0]) != 0 ? pair[1] : 0;
        }
        return attributes;
    }
}

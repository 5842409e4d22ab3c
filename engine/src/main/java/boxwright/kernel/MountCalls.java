package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

import java.util.List;

/** The calls of a plan that change what the process sees as its files. */
public interface MountCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /**
     * mount(2).
     *
     * @param source a device, a directory, or a word that {@code /proc/mounts} will show
     * @param type a file system as {@code /proc/filesystems} names it; {@code ""} where the flags make it meaningless
     * @param flags {@code MS_…}
     * @param data options of the file system, {@code mode=755}; {@code ""} for none
     */
    default Line mount(String source, String target, String type, long flags, String data) {
        return call(
                SystemCall.MOUNT,
                text(source),
                text(target),
                type.isEmpty() ? NULL : text(type),
                number(flags, Notation.MOUNT),
                data.isEmpty() ? NULL : text(data));
    }

    /** mount(2) without options of the file system. */
    default Line mount(String source, String target, String type, long flags) {
        return mount(source, target, type, flags, "");
    }

    /** open_tree(2) with {@code OPEN_TREE_CLONE} of an open file, whatever path leads to it now. */
    default Line open_tree(Argument descriptor) {
        long flags = Constants.OPEN_TREE_CLONE | Constants.OPEN_TREE_CLOEXEC | Constants.AT_EMPTY_PATH;
        return call(SystemCall.OPEN_TREE, descriptor, text(""), number(flags, Notation.OPEN_TREE));
    }

    /**
     * move_mount(2): attaches a mount.
     *
     * @param tree a descriptor of {@link #open_tree} or {@link #newMount}
     * @param place a descriptor of what it is mounted on
     */
    default Line move_mount(Argument tree, Argument place) {
        return call(
                SystemCall.MOVE_MOUNT,
                tree,
                text(""),
                place,
                text(""),
                number(Constants.MOVE_MOUNT_F_EMPTY_PATH | Constants.MOVE_MOUNT_T_EMPTY_PATH, Notation.MOVE_MOUNT));
    }

    /**
     * move_mount(2) onto a path. A symbolic link at its end is not followed: the mount lies on the link itself.
     *
     * @param directory a descriptor, or {@code AT_FDCWD}
     */
    default Line move_mount(Argument tree, Argument directory, String path) {
        return call(
                SystemCall.MOVE_MOUNT,
                tree,
                text(""),
                directory,
                text(path),
                number(Constants.MOVE_MOUNT_F_EMPTY_PATH, Notation.MOVE_MOUNT));
    }

    /**
     * mount_setattr(2) of a mount that a descriptor stands for.
     *
     * @param attributes {@code MOUNT_ATTR_…} that it gets; 0 for none
     * @param propagation {@code MS_PRIVATE}, {@code MS_SLAVE}, {@code MS_SHARED}; 0 to leave it as it is
     * @param recursive whether the mounts below get them too
     */
    default Line mount_setattr(Argument tree, long attributes, long propagation, boolean recursive) {
        long flags = Constants.AT_EMPTY_PATH | (recursive ? Constants.AT_RECURSIVE : 0);
        return mount_setattr(tree, "", flags, attributes, 0, propagation, number(0));
    }

    /**
     * mount_setattr(2) that takes attributes away from the mount that a descriptor stands for.
     *
     * @param attributes {@code MOUNT_ATTR_…} that it gets; 0 for none
     * @param without {@code MOUNT_ATTR_…} that it loses before; the one for access times is several bits, all or none of them
     * @param recursive whether the same is done to the mounts below
     */
    default Line mount_setattr_without(Argument tree, long attributes, long without, boolean recursive) {
        long flags = Constants.AT_EMPTY_PATH | (recursive ? Constants.AT_RECURSIVE : 0);
        return mount_setattr(tree, "", flags, attributes, without, 0, number(0));
    }

    /** umount2(2). */
    default Line umount2(String target, long flags) {
        return call(SystemCall.UMOUNT2, text(target), number(flags, Notation.UNMOUNT));
    }

    /**
     * open_tree(2) with {@code OPEN_TREE_CLONE}: the result is a descriptor of a new mount that shows what is at the path,
     * and is mounted nowhere yet.
     *
     * @param flags {@code AT_RECURSIVE} for the mounts below it too; {@code OPEN_TREE_CLOEXEC} is added
     */
    default Line open_tree(String path, long flags) {
        long all = flags | Constants.OPEN_TREE_CLONE | Constants.OPEN_TREE_CLOEXEC;
        return call(SystemCall.OPEN_TREE, fd(Constants.AT_FDCWD), text(path), number(all, Notation.OPEN_TREE));
    }

    /**
     * fsopen(2), fsconfig(2) and fsmount(2): a new mount that is mounted nowhere yet. The line is the last one, whose result
     * is a descriptor of it.
     *
     * @param type a file system as {@code /proc/filesystems} names it
     * @param attributes {@code MOUNT_ATTR_…}
     */
    default Line newMount(String type, long attributes) {
        return newMount(type, List.of(), attributes);
    }

    /**
     * The same.
     *
     * @param options of the file system, {@code size=64k}; one without a value is a flag
     */
    default Line newMount(String type, List<String> options, long attributes) {
        Slot context = Slot.of(type + "_context");
        call(SystemCall.FSOPEN, text(type), number(Constants.FSOPEN_CLOEXEC, Notation.name("FSOPEN_CLOEXEC")))
                .into(context);
        for (String option : options) {
            int equals = option.indexOf('=');
            String key = equals < 0 ? option : option.substring(0, equals);
            long command = equals < 0 ? Constants.FSCONFIG_SET_FLAG : Constants.FSCONFIG_SET_STRING;
            call(
                    SystemCall.FSCONFIG,
                    context.value(),
                    number(command, Notation.name(equals < 0 ? "FSCONFIG_SET_FLAG" : "FSCONFIG_SET_STRING")),
                    text(key),
                    equals < 0 ? NULL : text(option.substring(equals + 1)),
                    number(0));
        }
        call(
                SystemCall.FSCONFIG,
                context.value(),
                number(Constants.FSCONFIG_CMD_CREATE, Notation.name("FSCONFIG_CMD_CREATE")),
                NULL,
                NULL,
                number(0));
        return call(
                SystemCall.FSMOUNT,
                context.value(),
                number(Constants.FSMOUNT_CLOEXEC, Notation.name("FSMOUNT_CLOEXEC")),
                number(attributes, Notation.MOUNT_ATTR));
    }

    /**
     * move_mount(2) of what {@link #open_tree} or {@link #newMount} gave.
     *
     * @param target where it is mounted
     */
    default Line move_mount(Slot tree, String target) {
        return move_mount(tree, target, 0);
    }

    /** The same onto what symbolic links at the end of the path lead to. */
    default Line move_mountPastLinks(Slot tree, String target) {
        return move_mount(tree, target, Constants.MOVE_MOUNT_T_SYMLINKS);
    }

    private Line move_mount(Slot tree, String target, long flags) {
        return call(
                SystemCall.MOVE_MOUNT,
                tree.value(),
                text(""),
                fd(Constants.AT_FDCWD),
                text(target),
                number(Constants.MOVE_MOUNT_F_EMPTY_PATH | flags, Notation.MOVE_MOUNT));
    }

    /**
     * mount_setattr(2) of what {@link #open_tree} gave: an idmapped mount, which shows each file with another owner.
     *
     * @param userNamespace an open {@code /proc/PID/ns/user}: a file of the user that is 0 outside belongs to that
     *     namespace's 0, and so on
     */
    default Line mapOwners(Slot tree, int userNamespace) {
        return mapOwners(tree, userNamespace, false);
    }

    /** The same, of the mounts below it too. */
    default Line mapOwners(Slot tree, int userNamespace, boolean recursive) {
        long flags = Constants.AT_EMPTY_PATH | (recursive ? Constants.AT_RECURSIVE : 0);
        return mount_setattr(tree.value(), "", flags, Constants.MOUNT_ATTR_IDMAP, 0, 0, fd(userNamespace));
    }

    /**
     * mount_setattr(2).
     *
     * @param path a mount point
     * @param flags {@code AT_RECURSIVE} for the mounts below it too
     * @param attributes {@code MOUNT_ATTR_…} to set
     */
    default Line mount_setattr(String path, long flags, long attributes) {
        return mount_setattr(fd(Constants.AT_FDCWD), path, flags, attributes, 0, 0, number(0));
    }

    private Line mount_setattr(
            Argument directory,
            String path,
            long flags,
            long attributes,
            long without,
            long propagation,
            Argument userNamespace) {
        Argument.Struct attr = new Argument.Struct(List.of(
                field("attr_set", 8, attributes == 0 ? NULL : number(attributes, Notation.MOUNT_ATTR)),
                field("attr_clr", 8, without == 0 ? NULL : number(without, Notation.MOUNT_ATTR)),
                field("propagation", 8, propagation == 0 ? NULL : number(propagation, Notation.MOUNT)),
                field("userns_fd", 8, userNamespace)));
        return call(
                SystemCall.MOUNT_SETATTR, directory, text(path), number(flags, Notation.AT), attr, number(attr.size()));
    }

    /** pivot_root(2): {@code newRoot} becomes the root, the old root is then mounted on {@code putOld}. */
    default Line pivot_root(String newRoot, String putOld) {
        return call(SystemCall.PIVOT_ROOT, text(newRoot), text(putOld));
    }

    /** chroot(2): paths that start with a slash start there. Nothing else changes, which is why it is no prison. */
    default Line chroot(String path) {
        return call(SystemCall.CHROOT, text(path));
    }

    /** chdir(2). */
    default Line chdir(String path) {
        return call(SystemCall.CHDIR, text(path));
    }

    /** fchdir(2). */
    default Line fchdir(Argument descriptor) {
        return call(SystemCall.FCHDIR, descriptor);
    }
}

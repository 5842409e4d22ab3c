package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

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

    /** umount2(2). */
    default Line umount2(String target, long flags) {
        return call(SystemCall.UMOUNT2, text(target), number(flags, Notation.UNMOUNT));
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
}

package boxwright.isolation;

import static boxwright.kernel.Constants.MNT_DETACH;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_MOVE;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_SLAVE;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOTDIR;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a {@link BundleTree} the root, and hides in it what the container is not to see: pivot_root(2).
 *
 * @param root the tree
 * @param pivot whether by pivot_root, which does not work when the host's root is a ramdisk; else the tree is moved there
 * @param propagation {@code MS_…} that the new root gets; 0 to leave it private
 * @param readOnlyMounts mounts that become read-only now that all is in them
 * @param readOnlyRoot whether the root does
 * @param readOnlyPaths paths that do
 * @param maskedPaths paths that read as empty
 */
public record NewRoot(
        Path root,
        boolean pivot,
        long propagation,
        List<String> readOnlyMounts,
        boolean readOnlyRoot,
        List<String> readOnlyPaths,
        List<String> maskedPaths)
        implements Isolation {
    private static final Slot OLD = Slot.of("old_root");
    /** With {@code nodev} it could not be opened. */
    private static final long PLAIN =
            Constants.MOUNT_ATTR_RDONLY | Constants.MOUNT_ATTR_NOSUID | Constants.MOUNT_ATTR_NOEXEC;

    public NewRoot {
        readOnlyMounts = List.copyOf(readOnlyMounts);
        readOnlyPaths = List.copyOf(readOnlyPaths);
        maskedPaths = List.copyOf(maskedPaths);
    }

    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        for (int i = 0; i < maskedPaths.size(); i++) {
            // The container's own may be something else (CVE-2025-31133), and afterwards no path leads to the host's.
            plan.open_tree("/dev/null", 0).into(nothing(i)).because(i == 0 ? "the host's null, to mask with" : "");
            plan.mount_setattr(nothing(i).value(), PLAIN, 0, false)
                    .because(i == 0 ? "so that nobody changes its mode or its owner, which are the host's" : "");
        }
        plan.chdir(root.toString()).because("the new root, to be named . from here on");
        plan.close(TreePath.ROOT.value());
        if (pivot) {
            plan.open("/", O_PATH | Constants.O_CLOEXEC, 0).into(OLD).because("the old root, by no path");
            plan.pivot_root(".", ".").because("new root under, old root over it, both at /");
            plan.fchdir(OLD.value()).because(". is still the new root, and must not become a slave");
            plan.mount("none", ".", "", MS_SLAVE | MS_REC).because("unmounting must not propagate to the host");
            plan.umount2(".", MNT_DETACH).because("takes the old root off: no path leads to the host's files");
            plan.close(OLD.value());
        } else {
            plan.mount(".", "/", "", MS_MOVE).because("the tree lies over the old root, which stays below it");
            plan.chroot(".").because("and is where paths begin");
        }
        plan.chdir("/").because("the current directory is not left behind in the old root");
        if (propagation != 0) {
            plan.mount("none", "/", "", propagation).because("what passes between the root and mounts below it");
        }
        readOnlyMounts.forEach(path -> readOnly(plan, path, "read-only, now that all is in it"));
        if (readOnlyRoot) {
            readOnly(plan, "/", "the root file system can be read only");
        }
        readOnlyPaths.forEach(path -> readOnlyCopy(plan, path));
        for (int i = 0; i < maskedPaths.size(); i++) {
            mask(plan, nothing(i), maskedPaths.get(i));
        }
    }

    private static void readOnly(PlanBuilder plan, String path, String because) {
        plan.mount_setattr(path, 0, Constants.MOUNT_ATTR_RDONLY).because(because);
    }

    /** A path that is no mount becomes one by a copy of itself that lies on it. */
    private static void readOnlyCopy(PlanBuilder plan, String path) {
        plan.mount(path, path, "", MS_BIND | MS_REC)
                .tolerate(ENOENT)
                .because("a mount of its own, so that it can be read-only");
        plan.mount_setattr(path, 0, Constants.MOUNT_ATTR_RDONLY).tolerate(ENOENT);
    }

    private static Slot nothing(int index) {
        return Slot.of("nothing" + index);
    }

    private static void mask(PlanBuilder plan, Slot nothing, String path) {
        // EINVAL: it is a directory, and a file cannot lie over it.
        plan.move_mountPastLinks(nothing, path)
                .tolerate(ENOENT, ENOTDIR, EINVAL)
                .because("masked: reads as empty")
                .otherwise(directory -> directory
                        .mount("tmpfs", path, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)
                        .tolerate(ENOENT, ENOTDIR)
                        .because("masked: an empty directory"));
        plan.close(nothing.value());
    }
}

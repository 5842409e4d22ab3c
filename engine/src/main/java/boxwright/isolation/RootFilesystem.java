package boxwright.isolation;

import static boxwright.kernel.Constants.MNT_DETACH;
import static boxwright.kernel.Constants.MOUNT_ATTR_RDONLY;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.PlanBuilder;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A root directory of its own: mount_namespaces(7) and pivot_root(2). The new root replaces the old one in the mount
 * namespace, and the old one is unmounted, so there is no way back to it. chroot(2) only moves the point where a path
 * that starts with a slash begins: whoever may call it can walk out again.
 *
 * @param layer what becomes the root
 * @param view the kernel's file systems inside it
 * @param files of {@code /etc} that are the container's own
 * @param volumes what else is mounted inside it
 * @param readOnly whether the root itself can only be read, when all is set up
 * @param owner who the container's root is outside, where that is another user than the monitor's
 */
public record RootFilesystem(
        Layer layer, KernelFilesystems view, EtcFiles files, Volumes volumes, boolean readOnly, OptionalLong owner)
        implements Isolation {
    /** A root that has the image's files, and the kernel's, and nothing else. */
    public RootFilesystem(Layer layer, KernelFilesystems view) {
        this(layer, view, EtcFiles.none(), Volumes.none(), false, OptionalLong.empty());
    }

    /** The directory tree that becomes the root. */
    public sealed interface Layer permits Overlay, Labelled, Directory, IdMappedOverlay {
        /** The path where it is mounted before it becomes the root. */
        Path mountPoint();

        /** Lines of the monitor; see {@link Isolation#addBefore}. */
        default void addBefore(PlanBuilder plan) {}

        /** Descriptors that the lines name; see {@link Isolation#descriptors}. */
        default Map<Integer, Supplier<Descriptor>> descriptors() {
            return Map.of();
        }

        /** The line that mounts it there. */
        void addTo(PlanBuilder plan);
    }

    /**
     * A tree that stays as it is, with a writable layer above it; overlayfs, Documentation/filesystems/overlayfs.rst.
     *
     * @param lower the tree, never written to
     * @param upper an empty directory that takes what the container writes
     * @param work an empty directory beside it, for overlayfs itself
     * @param mountPoint an empty directory
     * @param inUserNamespace whether root of a user namespace mounts it: he may not write the attributes {@code trusted.…}
     *     by which overlayfs remembers what was removed, and it takes {@code user.…} for it; since Linux 5.11
     */
    public record Overlay(Path lower, Path upper, Path work, Path mountPoint, boolean inUserNamespace)
            implements Layer {
        /** What mount(2) is given as its data. */
        public String options() {
            return "lowerdir=" + escaped(lower) + ",upperdir=" + escaped(upper) + ",workdir=" + escaped(work)
                    + (inUserNamespace ? ",userxattr" : "");
        }

        /** The same, for {@link UserNamespace}. */
        public Overlay inUserNamespace(boolean whether) {
            return new Overlay(lower, upper, work, mountPoint, whether);
        }

        @Override
        public void addTo(PlanBuilder plan) {
            plan.mount("overlay", mountPoint.toString(), "overlay", 0, options())
                    .because("the image below stays as it is, a layer above takes what is written");
        }

        /** overlayfs takes commas and colons for its own separators; a backslash makes them plain. */
        private static String escaped(Path path) {
            return path.toString().replace("\\", "\\\\").replace(",", "\\,").replace(":", "\\:");
        }
    }

    /**
     * The same where SELinux gives every file one label, whatever the image's files have; mount(8), "context=".
     *
     * @param overlay what is mounted
     * @param label {@code system_u:object_r:container_file_t:s0}
     */
    public record Labelled(Overlay overlay, String label) implements Layer {
        @Override
        public Path mountPoint() {
            return overlay.mountPoint();
        }

        @Override
        public void addTo(PlanBuilder plan) {
            String options = overlay.options() + ",context=\"" + label + "\"";
            plan.mount("overlay", mountPoint().toString(), "overlay", 0, options)
                    .because("the image below, a layer above, and a label that the container may use");
        }
    }

    /** A tree that belongs to this container alone, so that it can be written to directly. */
    public record Directory(Path mountPoint) implements Layer {
        @Override
        public void addTo(PlanBuilder plan) {
            String root = mountPoint.toString();
            plan.mount(root, root, "", MS_BIND | MS_REC)
                    .because("pivot_root wants a mount point, and a plain directory is none");
        }
    }

    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWNS;
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        layer.addBefore(plan);
        if (owner.isPresent()) {
            // The new process is another user, who may know no way to them.
            volumes.open(plan, true, owner);
            volumes.open(plan, false, owner);
            files.open(plan, owner);
        }
    }

    @Override
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        return layer.descriptors();
    }

    @Override
    public void addTo(PlanBuilder plan) {
        if (owner.isEmpty()) {
            volumes.open(plan, true, owner);
        }
        plan.mount("none", "/", "", MS_REC | MS_PRIVATE)
                .because("mounts here must not propagate to the host; mount_namespaces(7)");
        // Before the root is mounted: a volume of the host's whole tree shall not have the container in it.
        if (owner.isEmpty()) {
            volumes.open(plan, false, owner);
            files.open(plan, owner);
        }
        view.addBefore(plan);
        // tag::pivot[]
        String root = layer.mountPoint().toString();
        layer.addTo(plan);
        plan.chdir(root).because("the new root, to be named . from here on");
        plan.pivot_root(".", ".").because("new root under, old root over it, both at /");
        plan.umount2(".", MNT_DETACH).because("takes the old root off: no path leads to the host's files");
        plan.chdir("/").because("the current directory is not left behind in the old root");
        // end::pivot[]
        plan.umask(0).because("the modes below are meant as they are written");
        files.attach(plan);
        volumes.attach(plan, false);
        view.addTo(plan);
        plan.chdir("/").because("where a program starts");
        plan.umask(022).because("the usual mask for the program");
    }

    @Override
    public void addLast(PlanBuilder plan) {
        if (readOnly) {
            plan.mount_setattr("/", 0, MOUNT_ATTR_RDONLY)
                    .because("the root can only be read from here on; what is mounted in it stays as it is");
        }
    }
}

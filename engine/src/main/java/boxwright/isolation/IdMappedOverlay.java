package boxwright.isolation;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An overlay for a container whose root is not the user whose files the image has: idmapped mounts, mount_setattr(2). The
 * image is seen through a mount that shows each file with the owner that he is inside: what belongs to root on disk, to
 * the container's root. Nothing is copied and no owner changed. Since Linux 5.19 overlayfs takes such a mount as its layer.
 *
 * @param image the tree, never written to
 * @param overlay whose lower layer is an empty directory that takes the idmapped mount
 * @param users the container's
 * @param descriptor the number that the launcher has a namespace with these maps under
 * @param launcher makes that namespace
 */
public record IdMappedOverlay(
        Path image, RootFilesystem.Overlay overlay, UserNamespace users, int descriptor, Launcher launcher)
        implements RootFilesystem.Layer {
    private static final Slot IMAGE = Slot.of("image");

    @Override
    public Path mountPoint() {
        return overlay.mountPoint();
    }

    @Override
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        return Map.of(descriptor, () -> users.open(launcher));
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        plan.open_tree(image.toString(), 0).into(IMAGE).because("a mount of the image that only we have");
        plan.mapOwners(IMAGE, descriptor).because("seen through it, root's files are those of the container's root");
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.move_mount(IMAGE, overlay.lower().toString());
        overlay.addTo(plan);
    }
}

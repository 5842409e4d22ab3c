package boxwright.isolation;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_SHARED;
import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The file tree of an OCI container before it becomes the root: what config.json mounts, in its order, and the devices.
 * Engines run hooks between this and {@link NewRoot}, so all of it is done at paths that are not the root yet; see
 * {@link TreePath} for why none of them leads to the host.
 *
 * @param root the root file system, absolute, without symbolic links
 * @param propagation {@code MS_…} of all mounts that the container has from the host
 * @param mounts in order
 * @param devices in order; empty where the container has the host's {@code /dev}
 * @param links whether the symbolic links of {@code /dev} are made
 * @param directory is made where it is missing
 */
public record BundleTree(
        Path root,
        long propagation,
        List<TreeEntry> mounts,
        List<TreeDevice> devices,
        boolean links,
        TreePath directory)
        implements Isolation {
    /** Config-linux.md, "Default Devices" and "/dev symbolic links" of runtime-linux.md. */
    private static final String[][] LINKS = {
        {"/proc/self/fd", "fd"},
        {"/proc/self/fd/0", "stdin"},
        {"/proc/self/fd/1", "stdout"},
        {"/proc/self/fd/2", "stderr"}
    };

    public BundleTree {
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
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
        mounts.forEach(mount -> mount.addBefore(plan));
    }

    @Override
    public Map<Integer, Supplier<Descriptor>> descriptors() {
        Map<Integer, Supplier<Descriptor>> all = new HashMap<>();
        mounts.forEach(mount -> all.putAll(mount.descriptors()));
        return all;
    }

    @Override
    public Optional<Preparation> preparation() {
        List<Preparation> all = new ArrayList<>();
        mounts.forEach(mount -> mount.preparation().ifPresent(all::add));
        if (all.isEmpty()) {
            return Optional.empty();
        }
        List<String> reasons = new ArrayList<>();
        all.forEach(needed -> reasons.add(needed.because()));
        return Optional.of(new Preparation(
                String.join(", and ", reasons),
                pid -> all.forEach(needed -> needed.work().accept(pid))));
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.mount("none", "/", "", propagation)
                .because("mounts here must not propagate to the host; mount_namespaces(7)");
        if ((propagation & MS_REC) == 0 || (propagation & MS_SHARED) != 0) {
            makePrivate(plan, root);
        }
        String path = root.toString();
        plan.mount(path, path, "", MS_BIND | MS_REC).because("pivot_root wants a mount point, and a directory is none");
        plan.mount("none", path, "", MS_PRIVATE).because("and a private one");
        plan.open(path, O_PATH | Constants.O_CLOEXEC, 0)
                .into(TreePath.ROOT)
                .because("all paths below begin here, and none leads out");
        plan.umask(0).because("the modes below are meant as they are written");
        mounts.forEach(mount -> mount.addTo(plan));
        devices.forEach(device -> device.addTo(plan));
        if (links) {
            Slot dev = Slot.of("dev");
            new TreePath("dev", true).openOrMake(plan, dev, true, "the directory of devices");
            for (String[] link : LINKS) {
                plan.symlink(link[0], dev.value(), link[1]).tolerate(EEXIST);
            }
            plan.call(SystemCall.UNLINKAT, dev.value(), text("ptmx"), number(0)).tolerate(ENOENT);
            plan.symlink("pts/ptmx", dev.value(), "ptmx")
                    .tolerate(EEXIST)
                    .because(
                            "makes terminals in the container's own devpts; so it does for another container of this root");
            plan.close(dev.value());
        }
        plan.umask(022).because("the usual mask");
        Slot place = Slot.of("place");
        directory.openOrMake(plan, place, true, "the working directory, made where it is missing");
        plan.close(place.value());
    }

    /** The mount that a place lies in: in a shared one, the host would have the container's root too. */
    private static void makePrivate(PlanBuilder plan, Path place) {
        Line line = plan.mount("none", place.toString(), "", MS_PRIVATE)
                .because("what is mounted in there is not the host's, and pivot_root wants no shared one");
        Path above = place.getParent();
        if (above != null) {
            line.tolerate(EINVAL).otherwise(beyond -> makePrivate(beyond, above));
        }
    }
}

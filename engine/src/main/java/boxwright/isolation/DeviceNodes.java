package boxwright.isolation;

import static boxwright.kernel.Constants.S_IFBLK;
import static boxwright.kernel.Constants.S_IFCHR;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.List;

/**
 * Devices of the host in a container's {@code /dev}: nodes with the same numbers, mknod(2). That they may be used too is
 * for the list of devices to say, see {@link Cgroup}. Needs the {@code /dev} of {@link KernelFilesystems}.
 */
public record DeviceNodes(List<Node> nodes) implements Isolation {
    /**
     * A device.
     *
     * @param path in the container
     * @param block whether it is a block device, and no character device
     * @param mode its permissions
     * @param owner as the container has users
     * @param group as the container has groups
     */
    public record Node(String path, boolean block, int major, int minor, int mode, int owner, int group) {}

    public DeviceNodes {
        nodes = List.copyOf(nodes);
    }

    @Override
    public String chapter() {
        return "07-cgroups";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        for (Node node : nodes) {
            String path = ContainerPath.clean(node.path());
            String name = path.substring(path.lastIndexOf('/') + 1);
            Slot directory = Slot.of("directory");
            ContainerPath.of(path.substring(0, path.lastIndexOf('/')))
                    .openOrMake(plan, directory, true, "where the device goes, past no magic link");
            plan.fchdir(directory.value());
            plan.unlink(name).tolerate(ENOENT).because("what the image or we have there gives way");
            plan.deviceNode(name, (node.block() ? S_IFBLK : S_IFCHR) | node.mode(), node.major(), node.minor())
                    .because("a device of the host: " + path);
            plan.chmod(name, node.mode()).because("its mode on the host; mknod takes our mask off");
            plan.chown(name, node.owner(), node.group());
        }
        plan.chdir("/");
    }
}

import boxwright.isolation.IpcNamespace;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.PidNamespace;
import boxwright.isolation.RootFilesystem;
import boxwright.isolation.UtsNamespace;
import boxwright.kernel.Constants;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.Program;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The container that util-linux unshare(1) comes next to: six new namespaces, a root file system bound and not layered,
 * {@code /proc}, {@code /dev} and {@code /sys}; no limits, and all of root's power.
 */
final class Bound {
    private Bound() {}

    /** The cgroup namespace without a cgroup to go with it, as unshare makes it. */
    private record CgroupNamespace() implements Isolation {
        @Override
        public String chapter() {
            return "07-cgroups";
        }

        @Override
        public long cloneFlags() {
            return Constants.CLONE_NEWCGROUP;
        }
    }

    static ContainerPlan container(Path rootfs) {
        List<Isolation> isolation = List.of(
                new PidNamespace(),
                new UtsNamespace("bench"),
                new RootFilesystem(new RootFilesystem.Directory(rootfs), KernelFilesystems.asDockerDoes()),
                new IpcNamespace(),
                new NetworkNamespace(Optional.empty()),
                new CgroupNamespace());
        return ContainerPlan.of(isolation, Program.of(List.of("/bin/true")), Optional.empty());
    }
}

package boxwright.explain;

import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOSYS;

import boxwright.kernel.Call;
import boxwright.kernel.SystemCall;
import java.util.List;

/** Files that cannot be shown with other owners: idmapped mounts, mount_setattr(2). */
final class OwnerRules {
    private OwnerRules() {}

    static List<Cause> of(Failure failure) {
        if (failure.systemCall() != SystemCall.MOUNT_SETATTR
                || !failure.arguments().text(1).isEmpty()) {
            return List.of();
        }
        LiveSystem system = failure.system();
        if (failure.errno() == ENOSYS && system.olderThan(5, 12)) {
            return List.of(new Cause(
                    "idmapped mounts came with Linux 5.12",
                    "/proc/sys/kernel/osrelease is " + system.release(),
                    "use a newer kernel, or run it as an ordinary user: his own files need no other owners"));
        }
        return failure.errno() == EINVAL ? unable(failure) : List.of();
    }

    private static List<Cause> unable(Failure failure) {
        World world = failure.world();
        List<Call> trees = failure.before().stream()
                .filter(call -> call.systemCall() == SystemCall.OPEN_TREE)
                .toList();
        if (trees.isEmpty() || !world.known()) {
            return List.of();
        }
        String path = new Arguments(trees.getLast()).text(1);
        return world
                .mountOf(Lookup.real(world, path))
                .map(mount -> new Cause(
                        "the file system of the type " + mount.kind() + " cannot show its files with other owners",
                        (mount.made() ? "the plan" : "/proc/self/mountinfo") + " has " + mount + ", which holds "
                                + path,
                        "put it on a disk with ext4, xfs or btrfs, or run it as an ordinary user"))
                .stream()
                .toList();
    }
}

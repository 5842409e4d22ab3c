package boxwright.explain;

import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;

import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The many reasons of {@code EINVAL} in pivot_root(2), and the one of {@code EBUSY}: which of them holds here. */
final class PivotRules {
    private final World world;
    private final Failure failure;
    private final String newRoot;
    private final String putOld;
    private final List<Cause> causes = new ArrayList<>();

    private PivotRules(Failure failure) {
        this.failure = failure;
        world = failure.world();
        newRoot = Lookup.real(world, failure.arguments().text(0));
        putOld = Lookup.real(world, failure.arguments().text(1));
    }

    static List<Cause> of(Failure failure) {
        if (failure.systemCall() != SystemCall.PIVOT_ROOT || !failure.world().known()) {
            return List.of();
        }
        PivotRules rules = new PivotRules(failure);
        if (failure.errno() == EBUSY) {
            rules.sameMount();
        } else if (failure.errno() == EINVAL) {
            // In the order in which the kernel looks: path_pivot_root() of fs/namespace.c.
            rules.shared();
            rules.locked();
            rules.rootIsNoMount();
            rules.rootfs();
            rules.newRootIsNoMount();
            rules.putOldIsElsewhere();
            rules.newRootIsElsewhere();
        }
        return rules.causes;
    }

    private void shared() {
        Optional<Mount> root = world.mountOf(world.root());
        Optional<Mount> fresh = world.mountOf(newRoot);
        shared("the mount that the new root is mounted on", fresh.flatMap(world::parentOf));
        shared("the mount that the current root is mounted on", root.flatMap(world::parentOf));
        shared("the mount at put_old", world.mountOf(putOld));
    }

    private void shared(String what, Optional<Mount> mount) {
        if (causes.isEmpty() && mount.filter(Mount::shared).isPresent()) {
            boolean before = failure.system().lines("/proc/self/mountinfo").stream()
                    .flatMap(line -> Mount.read(line).stream())
                    .anyMatch(live ->
                            live.shared() && live.point().equals(mount.get().point()));
            String seen = before
                    ? "/proc/self/mountinfo has shared: for " + mount.get() + ", and no earlier call makes it private"
                    : "the plan has made " + mount.get() + " shared";
            causes.add(new Cause(
                    what + " is shared, so the pivot would propagate to other mount namespaces",
                    seen,
                    "first mount(\"none\", \"/\", NULL, MS_REC|MS_PRIVATE, NULL) in a mount namespace of its own"));
        }
    }

    private void locked() {
        boolean inherited =
                world.mountOf(newRoot).filter(mount -> !mount.made()).isPresent();
        if (inherited
                && world.isMountPoint(newRoot)
                && failure.isInNew(Constants.CLONE_NEWUSER)
                && failure.isInNew(Constants.CLONE_NEWNS)) {
            causes.add(new Cause(
                    "the new root is a mount from outside of the user namespace, which is locked here",
                    newRoot + " is in /proc/self/mountinfo, and the plan made user and mount namespace after it",
                    "bind it over itself inside the new namespaces: MS_BIND|MS_REC"));
        }
    }

    private void rootIsNoMount() {
        if (!world.isMountPoint(world.root())) {
            causes.add(new Cause(
                    "the current root is not a mount point: this process is in a chroot",
                    world.chrooted()
                            ? "the plan did chroot to " + world.root() + ", and nothing is mounted there"
                            : "/proc/self/mountinfo has no mount at /",
                    "bind the directory over itself before the chroot, or do without the chroot"));
        }
    }

    private void rootfs() {
        world.mountOf("/")
                .filter(mount -> world.root().equals("/") && mount.kind().equals("rootfs"))
                .ifPresent(mount -> causes.add(new Cause(
                        "the current root is the kernel's first one, an initramfs, which cannot be moved",
                        "/proc/self/mountinfo has the type rootfs at /",
                        "start the system with switch_root(8), or bind / to a directory and chroot there first")));
    }

    private void newRootIsNoMount() {
        if (!world.isMountPoint(newRoot)) {
            causes.add(new Cause(
                    "the new root is not a mount point",
                    "neither /proc/self/mountinfo nor the plan has a mount at " + newRoot,
                    "bind it over itself first: mount(\"" + newRoot + "\", \"" + newRoot
                            + "\", NULL, MS_BIND|MS_REC, NULL)"));
        }
    }

    private void putOldIsElsewhere() {
        if (!Paths.isAtOrBelow(putOld, newRoot)) {
            causes.add(new Cause(
                    "put_old is not at or under the new root",
                    "put_old is " + putOld + ", the new root is " + newRoot,
                    "name a directory inside the new root, or use pivot_root(\".\", \".\") in it"));
        }
    }

    private void newRootIsElsewhere() {
        if (!Paths.isAtOrBelow(newRoot, world.root())) {
            causes.add(new Cause(
                    "the new root is not under the current root",
                    "the new root is " + newRoot + ", the current root is " + world.root()));
        }
    }

    private void sameMount() {
        Optional<Mount> root = world.mountOf(world.root());
        if (root.isEmpty()) {
            return;
        }
        if (world.mountOf(newRoot).equals(root)) {
            boolean itself = newRoot.equals(world.root());
            causes.add(new Cause(
                    itself ? "the new root is the root already" : "the new root lies on the mount of the current root",
                    newRoot + (itself ? "" : " is a plain directory") + " of the " + root.get(),
                    itself ? "" : "bind it over itself first, which makes it a mount: MS_BIND|MS_REC"));
        } else if (world.mountOf(putOld).equals(root)) {
            causes.add(new Cause(
                    "put_old lies on the mount of the current root",
                    putOld + " is a directory of the " + root.get(),
                    "name a directory inside the new root, or use pivot_root(\".\", \".\") in it"));
        }
    }
}

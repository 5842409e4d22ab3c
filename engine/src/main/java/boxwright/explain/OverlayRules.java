package boxwright.explain;

import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.SystemCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What overlayfs does not accept; Documentation/filesystems/overlayfs.rst. */
final class OverlayRules {
    /** mount(2): "data" is a page at the most, and what is longer is cut without a word. */
    private static final int PAGE = 4096;

    /** File systems without what an upper layer needs: whiteouts, {@code trusted.} or {@code user.} attributes, d_type. */
    private static final Set<String> UNFIT = Set.of(
            "overlay", "nfs", "nfs4", "vfat", "msdos", "exfat", "ntfs", "ntfs3", "9p", "cifs", "smb3", "fuseblk");

    private OverlayRules() {}

    static List<Cause> of(Failure failure) {
        if (failure.systemCall() != SystemCall.MOUNT
                || !failure.arguments().text(2).equals("overlay")) {
            return List.of();
        }
        OverlayOptions options = OverlayOptions.of(failure.arguments().text(4));
        if (failure.errno() == EBUSY) {
            return inUse(failure, options);
        }
        List<Cause> causes = new ArrayList<>();
        if (failure.errno() == EINVAL || failure.errno() == ENOENT) {
            tooLong(failure).ifPresent(causes::add);
        }
        if (failure.errno() != EINVAL) {
            return causes;
        }
        unfit(failure, options).ifPresent(causes::add);
        apart(failure, options).ifPresent(causes::add);
        inside(options).ifPresent(causes::add);
        KernelLog.lately(failure.system(), "overlay")
                .ifPresent(line -> causes.add(new Cause("the kernel's log has the reason: " + line, "/dev/kmsg")));
        return causes;
    }

    private static Optional<Cause> tooLong(Failure failure) {
        int length = failure.arguments().text(4).getBytes(StandardCharsets.UTF_8).length;
        return length < PAGE
                ? Optional.empty()
                : Optional.of(new Cause(
                        "the options are too long: the kernel reads " + (PAGE - 1) + " bytes of them",
                        "they have " + length + " bytes",
                        "use fewer layers or shorter paths"));
    }

    private static Optional<Cause> unfit(Failure failure, OverlayOptions options) {
        return mount(failure, options.upper())
                .filter(mount -> UNFIT.contains(mount.kind()) || mount.kind().startsWith("fuse."))
                .map(mount -> new Cause(
                        "the writable layer cannot lie on a file system of the type " + mount.kind(),
                        (mount.made() ? "the plan" : "/proc/self/mountinfo") + " has " + mount + ", which holds "
                                + options.upper(),
                        "put it on a disk with ext4, xfs or btrfs, or on a tmpfs"));
    }

    private static Optional<Cause> apart(Failure failure, OverlayOptions options) {
        Optional<Mount> upper = mount(failure, options.upper());
        Optional<Mount> work = mount(failure, options.work());
        if (upper.isEmpty() || work.isEmpty() || upper.equals(work)) {
            return Optional.empty();
        }
        return Optional.of(new Cause(
                "upperdir and workdir must be on the same mount",
                "upperdir is on the " + upper.get() + ", workdir on the " + work.get(),
                "make both in the same directory"));
    }

    private static Optional<Cause> inside(OverlayOptions options) {
        String upper = Paths.normal(options.upper());
        String work = Paths.normal(options.work());
        boolean given = !options.upper().isEmpty() && !options.work().isEmpty();
        return given && (Paths.isAtOrBelow(upper, work) || Paths.isAtOrBelow(work, upper))
                ? Optional.of(new Cause(
                        "upperdir and workdir must not lie inside each other", "they are " + upper + " and " + work))
                : Optional.empty();
    }

    private static List<Cause> inUse(Failure failure, OverlayOptions options) {
        World world = failure.world();
        return world.mounts().stream()
                .filter(mount -> mount.kind().equals("overlay"))
                .filter(mount -> {
                    OverlayOptions other = OverlayOptions.of(mount.details());
                    return !options.upper().isEmpty() && options.upper().equals(other.upper())
                            || !options.work().isEmpty() && options.work().equals(other.work());
                })
                .map(mount -> new Cause(
                        "another overlay uses the same upperdir or workdir",
                        (mount.made() ? "the plan" : "/proc/self/mountinfo") + " has " + mount + " with it"))
                .toList();
    }

    private static Optional<Mount> mount(Failure failure, String path) {
        World world = failure.world();
        return path.isEmpty() || !world.known() ? Optional.empty() : world.mountOf(Lookup.real(world, path));
    }
}

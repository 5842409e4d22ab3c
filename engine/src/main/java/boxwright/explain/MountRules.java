package boxwright.explain;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Constants.MS_SHARED;
import static boxwright.kernel.Constants.MS_SLAVE;
import static boxwright.kernel.Constants.MS_UNBINDABLE;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENODEV;
import static boxwright.kernel.Errno.ENOTDIR;
import static boxwright.kernel.Errno.EPERM;

import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What mount(2) and umount2(2) complain about, beside paths and overlays. */
final class MountRules {
    private final Failure failure;
    private final World world;
    private final String target;
    private final String type;
    private final long flags;

    private MountRules(Failure failure) {
        this.failure = failure;
        world = failure.world();
        boolean mount = failure.systemCall() == SystemCall.MOUNT;
        target = Lookup.real(world, failure.arguments().text(mount ? 1 : 0));
        type = mount ? failure.arguments().text(2) : opened(failure);
        flags = failure.arguments().number(3);
    }

    static List<Cause> of(Failure failure) {
        MountRules rules = new MountRules(failure);
        int errno = failure.errno();
        return switch (failure.systemCall()) {
            case MOUNT ->
                switch (errno) {
                    case ENODEV -> rules.noSuchType();
                    case EBUSY -> rules.sameAgain();
                    case EINVAL -> rules.noMountPoint();
                    case ENOTDIR -> rules.fileOverDirectory();
                    case EPERM -> rules.inUserNamespace();
                    default -> List.of();
                };
            case FSMOUNT -> errno == EPERM ? rules.inUserNamespace() : List.of();
            case UMOUNT2 -> errno == EINVAL ? rules.nothingToUnmount() : errno == EBUSY ? rules.inUse() : List.of();
            default -> List.of();
        };
    }

    /** The type that fsopen(2) was called with last. */
    private static String opened(Failure failure) {
        String type = "";
        for (Call call : failure.before()) {
            type = call.systemCall() == SystemCall.FSOPEN ? new Arguments(call).text(0) : type;
        }
        return type;
    }

    private List<Cause> noSuchType() {
        List<String> types = failure.system().lines("/proc/filesystems").stream()
                .map(line -> line.replace("nodev", "").strip())
                .toList();
        if (types.isEmpty() || types.contains(type)) {
            return List.of();
        }
        String modules = "/lib/modules/" + failure.system().release() + "/modules.dep";
        boolean module = failure.system().lines(modules).stream()
                .anyMatch(line -> line.matches(".*/" + java.util.regex.Pattern.quote(type) + "\\.ko[.a-z]*:.*"));
        return List.of(new Cause(
                "this kernel has no file system of the type " + type,
                "/proc/filesystems has no " + type + (module ? "; " + modules + " has its module" : ""),
                module ? "sudo modprobe " + type : "use a kernel that has it"));
    }

    private List<Cause> sameAgain() {
        Optional<Mount> there = world.mountOf(target);
        if (world.known()
                && there.filter(mount ->
                                mount.point().equals(target) && mount.kind().equals(type))
                        .isPresent()) {
            return List.of(new Cause(
                    "the same file system is mounted there already",
                    (there.get().made() ? "the plan" : "/proc/self/mountinfo") + " has " + there.get()));
        }
        return List.of();
    }

    private List<Cause> noMountPoint() {
        boolean changes = (flags & (MS_REMOUNT | MS_PRIVATE | MS_SHARED | MS_SLAVE | MS_UNBINDABLE)) != 0;
        if (!changes || !world.known() || world.isMountPoint(target)) {
            return List.of();
        }
        return List.of(new Cause(
                "these flags change a mount, and there is none",
                "neither /proc/self/mountinfo nor the plan has a mount at " + target,
                target.equals("/")
                        ? "we are in a chroot: bind its directory over itself before, or run outside of it"
                        : "bind it over itself first: MS_BIND"));
    }

    private List<Cause> fileOverDirectory() {
        Lookup from = Lookup.of(world, failure.arguments().text(0));
        Lookup to = Lookup.of(world, failure.arguments().text(1));
        if ((flags & MS_BIND) != 0 && from instanceof Lookup.Found source && to instanceof Lookup.Found place) {
            boolean directory = Files.isDirectory(source.live());
            if (directory != Files.isDirectory(place.live())) {
                String one = directory ? "a directory" : "no directory";
                String other = directory ? "no directory" : "a directory";
                return List.of(new Cause(
                        "a directory can only be bound over a directory, and a file over a file",
                        source.path() + " is " + one + ", " + place.path() + " is " + other));
            }
        }
        return List.of();
    }

    /** user_namespaces(7) and mount_namespaces(7), "Restrictions on mount namespaces". */
    private List<Cause> inUserNamespace() {
        if (!failure.isInNew(Constants.CLONE_NEWUSER) && failure.system().isInFirstUserNamespace() || !world.known()) {
            return List.of();
        }
        if (type.equals("proc") || type.equals("sysfs")) {
            String base = type.equals("proc") ? "/proc" : "/sys";
            List<String> over = world.mounts().stream()
                    .filter(mount -> !mount.made() && mount.point().startsWith(base + "/"))
                    .map(Mount::point)
                    .toList();
            if (!over.isEmpty()) {
                return List.of(new Cause(
                        "a user namespace may mount " + type + " only where it sees all of it already",
                        "/proc/self/mountinfo has mounts over parts of it: " + String.join(", ", over),
                        "run it outside of the container that hides them"));
            }
        }
        if ((flags & MS_REMOUNT) != 0) {
            List<String> locked = Stream.of("ro", "nosuid", "nodev", "noexec")
                    .filter(option -> world.mountOf(target)
                            .filter(mount -> mount.options().contains(option))
                            .isPresent())
                    .filter(option -> (flags & flag(option)) == 0)
                    .toList();
            if (!locked.isEmpty()) {
                return List.of(new Cause(
                        "a user namespace may not take flags off a mount from outside",
                        "/proc/self/mountinfo has " + String.join(", ", locked) + " at " + target
                                + ", the call has not",
                        "add these flags to the call"));
            }
        }
        return List.of();
    }

    private static long flag(String option) {
        return switch (option) {
            case "ro" -> Constants.MS_RDONLY;
            case "nosuid" -> Constants.MS_NOSUID;
            case "nodev" -> Constants.MS_NODEV;
            default -> Constants.MS_NOEXEC;
        };
    }

    private List<Cause> nothingToUnmount() {
        if (world.known() && !world.isMountPoint(target)) {
            return List.of(new Cause(
                    "nothing is mounted there", "neither /proc/self/mountinfo nor the plan has a mount at " + target));
        }
        return List.of();
    }

    private List<Cause> inUse() {
        List<String> below = world.mounts().stream()
                .map(Mount::point)
                .filter(point -> !point.equals(target) && Paths.isAtOrBelow(point, target))
                .toList();
        if (world.known() && !below.isEmpty()) {
            return List.of(new Cause(
                    "other mounts lie below it",
                    String.join(", ", below),
                    "unmount these first, or all at once with MNT_DETACH"));
        }
        return List.of();
    }
}

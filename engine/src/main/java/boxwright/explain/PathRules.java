package boxwright.explain;

import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EDQUOT;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ELOOP;
import static boxwright.kernel.Errno.ENAMETOOLONG;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.ENOSPC;
import static boxwright.kernel.Errno.ENOTDIR;
import static boxwright.kernel.Errno.EROFS;

import boxwright.kernel.Constants;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is wrong with a path; path_resolution(7). */
final class PathRules {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 4095;

    /** A path of a call; {@code made} where the call makes what its last component names. */
    private record Named(String path, boolean made) {}

    private PathRules() {}

    static List<Cause> of(Failure failure) {
        if (!failure.world().known() || failure.systemCall() == SystemCall.EXECVE) {
            return List.of();
        }
        List<Cause> causes = new ArrayList<>();
        for (Named named : paths(failure)) {
            if (!named.path().isEmpty()) {
                cause(failure, named).filter(cause -> !causes.contains(cause)).ifPresent(causes::add);
            }
        }
        return causes;
    }

    private static List<Named> paths(Failure failure) {
        Arguments arguments = failure.arguments();
        return switch (failure.systemCall()) {
            case MOUNT -> mountPaths(arguments);
            case PIVOT_ROOT -> List.of(new Named(arguments.text(0), false), new Named(arguments.text(1), false));
            case UMOUNT2, CHDIR, CHROOT -> List.of(new Named(arguments.text(0), false));
            case OPENAT -> List.of(new Named(arguments.text(1), (arguments.number(2) & Constants.O_CREAT) != 0));
            case OPENAT2 -> List.of(new Named(arguments.text(1), false));
            case OPEN_TREE -> arguments.slot(0).isPresent() ? List.of() : List.of(new Named(arguments.text(1), false));
            case MKDIRAT, MKNODAT ->
                List.of(new Named(failure.world().inside(failure.world().at(arguments, 0)), true));
            case FCHOWNAT, FCHMODAT, UNLINKAT -> List.of(new Named(arguments.text(1), false));
            case SYMLINKAT -> List.of(new Named(arguments.text(2), true));
            case RENAMEAT2 -> List.of(new Named(arguments.text(1), false), new Named(arguments.text(3), true));
            default -> List.of();
        };
    }

    private static List<Named> mountPaths(Arguments arguments) {
        List<Named> paths = new ArrayList<>();
        paths.add(new Named(arguments.text(1), false));
        if ((arguments.number(3) & (Constants.MS_BIND | Constants.MS_MOVE)) != 0) {
            paths.add(new Named(arguments.text(0), false));
        }
        if (arguments.text(2).equals("overlay")) {
            OverlayOptions.of(arguments.text(4)).all().forEach(path -> paths.add(new Named(path, false)));
        }
        return paths;
    }

    private static Optional<Cause> cause(Failure failure, Named named) {
        World world = failure.world();
        return switch (failure.errno()) {
            case ENOENT -> missing(world, named);
            case ENOTDIR ->
                Lookup.of(world, named.path()) instanceof Lookup.NotDirectory file
                        ? Optional.of(
                                new Cause("part of the path is not a directory", file.path() + " is no directory"))
                        : Optional.empty();
            case ELOOP ->
                Lookup.of(world, named.path()) instanceof Lookup.Loop loop
                        ? Optional.of(new Cause("a symbolic link leads back to itself", "the link " + loop.path()))
                        : Optional.empty();
            case EACCES -> denied(world, named);
            case EEXIST -> taken(world, named);
            case EROFS -> readOnly(world, named);
            case ENOSPC, EDQUOT -> full(failure, named);
            case ENAMETOOLONG -> tooLong(named);
            default -> Optional.empty();
        };
    }

    private static Optional<Cause> missing(World world, Named named) {
        if (!(Lookup.of(world, named.path()) instanceof Lookup.Missing missing) || named.made() && missing.last()) {
            return Optional.empty();
        }
        String part = missing.last() ? "there is no such file or directory" : "a part of the path is missing";
        return Optional.of(new Cause(part, "there is no " + missing.path() + where(world, missing.path())));
    }

    /** Where a path inside the container is outside of it. */
    static String where(World world, String path) {
        List<String> live = world.live(path);
        return live.isEmpty() || live.contains(path) ? "" : " (" + String.join(" or ", live) + ")";
    }

    private static Optional<Cause> denied(World world, Named named) {
        if (Lookup.of(world, named.path()) instanceof Lookup.Denied denied) {
            String parent = Paths.normal(denied.path() + "/..");
            return Optional.of(new Cause(
                    "a directory on the way may not be searched by this user",
                    parent + " has the mode " + mode(world, parent),
                    "use another place, give it the x bit, or run as its owner or as root"));
        }
        String parent = Paths.normal(world.resolve(named.path()) + "/..");
        if (named.made() && Lookup.of(world, parent) instanceof Lookup.Found found && !Files.isWritable(found.live())) {
            return Optional.of(new Cause(
                    "this user may not write to the directory",
                    parent + " has the mode " + mode(world, parent),
                    "use another place, or run as its owner or as root"));
        }
        return Optional.empty();
    }

    private static String mode(World world, String path) {
        for (String live : world.live(path)) {
            try {
                Path file = world.system().at(live);
                Object mode = Files.getAttribute(file, "unix:mode");
                return "0" + Integer.toOctalString((Integer) mode & 07777) + " and the owner "
                        + Files.getOwner(file).getName();
            } catch (IOException e) {
                continue;
            }
        }
        return "unknown";
    }

    private static Optional<Cause> taken(World world, Named named) {
        if (!(Lookup.of(world, named.path(), false) instanceof Lookup.Found found)) {
            return Optional.empty();
        }
        Optional<String> target = world.live(found.path()).stream()
                .flatMap(live -> world.system().link(live).stream())
                .findFirst();
        Path name = Path.of(found.path()).getFileName();
        if (target.isPresent() && target.get().contains("/containers/")) {
            return Optional.of(new Cause(
                    "the name " + name + " is in use by another container",
                    found.path() + " is a link to " + target.get(),
                    "choose another name, or remove that container first"));
        }
        String kind = Files.isDirectory(found.live(), LinkOption.NOFOLLOW_LINKS) ? "a directory" : "a file";
        return Optional.of(new Cause(
                "something of that name is there already",
                found.path() + " is "
                        + target.map(to -> "a symbolic link to " + to).orElse(kind)));
    }

    private static Optional<Cause> readOnly(World world, Named named) {
        return world.mountOf(Lookup.real(world, named.path()))
                .filter(mount -> mount.options().contains("ro")
                        || List.of(mount.details().split(",")).contains("ro"))
                .map(mount -> new Cause(
                        "it is on a read-only mount",
                        (mount.made() ? "the plan made " : "/proc/self/mountinfo has ro for ") + mount,
                        "use a place on a disk that can be written to"));
    }

    private static Optional<Cause> full(Failure failure, Named named) {
        World world = failure.world();
        String place = world.resolve(named.path());
        while (!place.equals("/") && !(Lookup.of(world, place) instanceof Lookup.Found)) {
            place = Paths.normal(place + "/..");
        }
        // A full mount that the plan made is gone by now; the directories above it are on another one.
        boolean other = !world.mountOf(place).equals(world.mountOf(world.resolve(named.path())));
        if (other || !(Lookup.of(world, place) instanceof Lookup.Found found)) {
            return Optional.empty();
        }
        try {
            long free = Files.getFileStore(found.live()).getUsableSpace();
            String on = world.mountOf(place)
                    .map(mount -> mount.kind() + " on " + mount.point())
                    .orElse(place);
            String seen = (free >> 20) + " MiB are free on the " + on;
            boolean quota = failure.errno() == EDQUOT;
            if (free < 1 << 20) {
                return Optional.of(new Cause("the disk is full", seen, "free some space, or use another disk"));
            }
            return Optional.of(new Cause(
                    quota ? "the disk quota of this user is used up" : "there is space, but no inode for another file",
                    seen,
                    quota ? "see quota(1)" : "see df -i " + place));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Cause> tooLong(Named named) {
        int whole = named.path().getBytes(StandardCharsets.UTF_8).length;
        for (String part : named.path().split("/")) {
            int length = part.getBytes(StandardCharsets.UTF_8).length;
            if (length > LONGEST_NAME) {
                return Optional.of(new Cause(
                        "a name in the path is longer than " + LONGEST_NAME + " bytes", "it has " + length + " bytes"));
            }
        }
        return whole > LONGEST_PATH
                ? Optional.of(
                        new Cause("the path is longer than " + LONGEST_PATH + " bytes", "it has " + whole + " bytes"))
                : Optional.empty();
    }
}

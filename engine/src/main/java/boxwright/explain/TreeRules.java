package boxwright.explain;

import static boxwright.kernel.Constants.RESOLVE_NO_MAGICLINKS;
import static boxwright.kernel.Constants.RESOLVE_NO_SYMLINKS;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ELOOP;

import boxwright.kernel.Argument;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** What openat2(2) and move_mount(2) complain about, beside paths. */
final class TreeRules {
    private final Failure failure;
    private final World world;

    private TreeRules(Failure failure) {
        this.failure = failure;
        world = failure.world();
    }

    static List<Cause> of(Failure failure) {
        TreeRules rules = new TreeRules(failure);
        Optional<Cause> cause = switch (failure.systemCall()) {
            case OPENAT2 -> failure.errno() == ELOOP ? rules.forbiddenLink() : Optional.empty();
            case MOVE_MOUNT -> failure.errno() == EINVAL ? rules.fileOverDirectory() : Optional.empty();
            default -> Optional.empty();
        };
        return failure.world().known() ? cause.stream().toList() : List.of();
    }

    private Optional<Cause> forbiddenLink() {
        long resolve = resolve();
        String path = failure.arguments().text(1);
        int slash = 0;
        do {
            slash = path.indexOf('/', slash + 1);
            String way = slash < 0 ? path : path.substring(0, slash);
            Optional<String> target = world.live(world.resolve(way)).stream()
                    .flatMap(live -> world.system().link(live).stream())
                    .findFirst();
            if (target.isPresent() && (resolve & RESOLVE_NO_SYMLINKS) != 0) {
                return Optional.of(new Cause(
                        "the image has a symbolic link where a directory of the kernel belongs: it could lead our writes"
                                + " astray",
                        way + " is a link to " + target.get(),
                        "use an image that has a directory there"));
            }
            if (target.isPresent() && (resolve & RESOLVE_NO_MAGICLINKS) != 0) {
                return Optional.of(new Cause(
                        "the path goes over a link of the image to a magic link of proc(5), by which one leaves a"
                                + " container",
                        way + " is a link to " + target.get(),
                        "do not use this image"));
            }
        } while (slash > 0);
        return Optional.empty();
    }

    private long resolve() {
        return failure.call().arguments().size() > 2
                        && failure.call().arguments().get(2) instanceof Argument.Struct how
                        && how.fields().getLast().value() instanceof Argument.Literal literal
                ? literal.value()
                : 0;
    }

    private Optional<Cause> fileOverDirectory() {
        String from = world.at(failure.arguments(), 0);
        String to = world.at(failure.arguments(), 2);
        List<String> source = world.live(from);
        List<String> place = world.live(to);
        if (source.isEmpty() || place.isEmpty()) {
            return Optional.empty();
        }
        boolean directory = isDirectory(source);
        if (directory == isDirectory(place)) {
            return Optional.empty();
        }
        return Optional.of(new Cause(
                "a directory can only be mounted on a directory, and a file on a file",
                from
                        + (directory ? " is a directory, " : " is no directory, ")
                        + world.inside(to)
                        + (directory ? " is none" : " is one"),
                "check whether the path on the host is what it should be"));
    }

    private boolean isDirectory(List<String> live) {
        return live.stream().anyMatch(path -> Files.isDirectory(world.system().at(path)));
    }
}

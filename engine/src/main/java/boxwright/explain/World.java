package boxwright.explain;

import static boxwright.kernel.Constants.MNT_DETACH;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_MOVE;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REC;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Constants.MS_SHARED;
import static boxwright.kernel.Constants.MS_SLAVE;
import static boxwright.kernel.Constants.MS_UNBINDABLE;

import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the process that failed saw as its files: the mounts of the live system, and on top of them what the calls of the
 * plan before the failure did. The process itself is gone when we look, so this is worked out, not read; where a call
 * makes it unknowable ({@code setns}), {@link #known} is false and no rule claims anything.
 *
 * <p>Paths here are those of the mount namespace as the plan found it, before any {@code pivot_root}.
 */
final class World {
    private static final long PROPAGATION = MS_PRIVATE | MS_SHARED | MS_SLAVE | MS_UNBINDABLE;

    private final LiveSystem system;
    private final List<Mount> mounts = new ArrayList<>();
    private final Set<String> created = new HashSet<>();
    /** Where the descriptors lead that lines of the plan have opened, by the names of their slots. */
    private final Map<String, String> opened = new HashMap<>();

    private String root = "/";
    private String directory;
    private boolean known = true;
    private boolean chrooted;

    World(LiveSystem system, List<Call> before) {
        this.system = system;
        this.directory = system.link("/proc/self/cwd").orElse("/");
        system.lines("/proc/self/mountinfo").forEach(line -> Mount.read(line).ifPresent(mounts::add));
        before.forEach(this::apply);
    }

    /** Whether the rest can be relied on. */
    boolean known() {
        return known && !mounts.isEmpty();
    }

    LiveSystem system() {
        return system;
    }

    /** The root directory of the process. */
    String root() {
        return root;
    }

    /** Whether the plan used {@code chroot}. */
    boolean chrooted() {
        return chrooted;
    }

    List<Mount> mounts() {
        return List.copyOf(mounts);
    }

    /** A path as the process meant it: absolute, without dots. Symbolic links stay; see {@link Lookup}. */
    String resolve(String path) {
        return Paths.normal(path.startsWith("/") ? root + "/" + path : directory + "/" + path);
    }

    /** The mount that a path lies on; the newest where several lie over each other. */
    Optional<Mount> mountOf(String path) {
        Mount best = null;
        for (Mount mount : mounts) {
            if (mount.covers(path)
                    && (best == null || mount.point().length() >= best.point().length())) {
                best = mount;
            }
        }
        return Optional.ofNullable(best);
    }

    boolean isMountPoint(String path) {
        return mounts.stream().anyMatch(mount -> mount.point().equals(path));
    }

    /** The mount that another one is mounted on. */
    Optional<Mount> parentOf(Mount mount) {
        List<Mount> others = new ArrayList<>(mounts.subList(0, mounts.indexOf(mount)));
        mounts.subList(mounts.indexOf(mount) + 1, mounts.size()).stream()
                .filter(other -> !other.point().equals(mount.point()))
                .forEach(others::add);
        Mount best = null;
        for (Mount other : others) {
            if (other.covers(mount.point())
                    && (best == null || other.point().length() >= best.point().length())) {
                best = other;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Where in the live system a path can be looked at, first the upper one; none where it cannot. */
    List<String> live(String path) {
        return mountOf(path)
                .map(mount -> mount.under().stream()
                        .map(base -> Paths.normal(
                                base + "/" + path.substring(mount.point().length())))
                        .toList())
                .orElse(List.of());
    }

    /** Whether an earlier call of the plan made a file of that name, which is gone by now. */
    boolean created(String path) {
        return created.contains(path);
    }

    private void apply(Call call) {
        Arguments arguments = new Arguments(call);
        switch (call.systemCall()) {
            case CLONE, CLONE3, UNSHARE -> namespaces(arguments.cloneFlags());
            case SETNS -> known &= (arguments.cloneFlags() & Constants.CLONE_NEWNS) == 0 && arguments.cloneFlags() != 0;
            case FCHDIR -> {
                Optional<String> place = arguments.slot(0).map(opened::get);
                place.ifPresentOrElse(path -> directory = path, () -> known = false);
            }
            case OPENAT2, OPEN_TREE -> call.result().ifPresent(slot -> opened.put(slot.name(), real(arguments, 0)));
            case MOVE_MOUNT -> attach(arguments);
            case CHDIR -> directory = Lookup.real(this, arguments.text(0));
            case CHROOT -> {
                root = Lookup.real(this, arguments.text(0));
                chrooted = true;
            }
            case MOUNT -> mount(arguments);
            case UMOUNT2 -> unmount(Lookup.real(this, arguments.text(0)), arguments.number(1));
            case PIVOT_ROOT -> pivot(Lookup.real(this, arguments.text(0)), Lookup.real(this, arguments.text(1)));
            case MKDIRAT, MKNODAT, OPENAT -> created.add(at(arguments, 0));
            case SYMLINKAT -> created.add(resolve(arguments.text(2)));
            case RENAMEAT2 -> created.add(resolve(arguments.text(3)));
            default -> {}
        }
    }

    /** Where a descriptor and a path from there lead, links at the end not followed. */
    String at(Arguments arguments, int index) {
        String path = arguments.text(index + 1);
        return arguments
                .slot(index)
                .map(slot -> Paths.normal(opened.getOrDefault(slot, "/") + "/" + path))
                .orElseGet(() -> resolve(path));
    }

    private String real(Arguments arguments, int index) {
        return arguments.slot(index).isPresent() ? at(arguments, index) : Lookup.real(this, arguments.text(index + 1));
    }

    /** A path of the mount namespace as the process names it, which may have another root. */
    String inside(String path) {
        return root.equals("/") || !Paths.isAtOrBelow(path, root)
                ? path
                : Paths.normal(path.substring(root.length()) + "/");
    }

    /** What was copied from somewhere is mounted, as by a bind mount; or what was made new. */
    private void attach(Arguments arguments) {
        String target = arguments.slot(2).isPresent() ? at(arguments, 2) : Lookup.real(this, arguments.text(3));
        Optional<String> source = arguments.slot(0).map(opened::get);
        mounts.add(new Mount(
                target,
                source.isPresent() ? "bind mount" : "moved mount",
                source.orElse(""),
                Set.of(),
                "",
                false,
                true,
                source.map(this::live).orElse(List.of())));
    }

    private void namespaces(long flags) {
        // In a mount namespace of another user namespace all mounts are slaves; mount_namespaces(7), "Restrictions".
        if ((flags & Constants.CLONE_NEWUSER) != 0 && (flags & Constants.CLONE_NEWNS) != 0) {
            mounts.replaceAll(mount -> mount.withShared(false));
        }
    }

    private void mount(Arguments arguments) {
        String target = Lookup.real(this, arguments.text(1));
        long flags = arguments.number(3);
        if ((flags & PROPAGATION) != 0 && (flags & MS_BIND) == 0) {
            boolean shared = (flags & MS_SHARED) != 0;
            boolean all = (flags & MS_REC) != 0;
            mounts.replaceAll(mount -> mount.point().equals(target) || all && Paths.isAtOrBelow(mount.point(), target)
                    ? mount.withShared(shared)
                    : mount);
        } else if ((flags & MS_MOVE) != 0) {
            known = false;
        } else if ((flags & MS_REMOUNT) != 0) {
            mountOf(target)
                    .filter(mount -> mount.point().equals(target))
                    .ifPresent(mount -> mounts.set(mounts.lastIndexOf(mount), mount.withOptions(options(flags))));
        } else {
            add(arguments, target, flags);
        }
    }

    private void add(Arguments arguments, String target, long flags) {
        boolean shared = mountOf(target).map(Mount::shared).orElse(false);
        String source = arguments.text(0);
        List<String> under = List.of();
        String kind = arguments.text(2);
        if ((flags & MS_BIND) != 0) {
            kind = "bind mount";
            source = Lookup.real(this, source);
            under = live(source);
        } else if (kind.equals("overlay")) {
            under = layers(OverlayOptions.of(arguments.text(4)));
        }
        List<Mount> below = (flags & MS_BIND) != 0 && (flags & MS_REC) != 0 ? below(source) : List.of();
        mounts.add(new Mount(target, kind, source, options(flags), arguments.text(4), shared, true, under));
        for (Mount mount : below) {
            String point = Paths.normal(target + "/" + mount.point().substring(source.length()));
            mounts.add(new Mount(
                    point,
                    mount.kind(),
                    mount.source(),
                    mount.options(),
                    mount.details(),
                    shared,
                    true,
                    mount.under()));
        }
    }

    private List<Mount> below(String point) {
        return mounts.stream()
                .filter(mount -> !mount.point().equals(point) && Paths.isAtOrBelow(mount.point(), point))
                .toList();
    }

    /** Where an overlay can be looked at from outside; nowhere when one of its layers cannot. */
    private List<String> layers(OverlayOptions overlay) {
        List<List<String>> places =
                overlay.layers().stream().map(layer -> live(resolve(layer))).toList();
        return places.stream().anyMatch(List::isEmpty)
                ? List.of()
                : places.stream().flatMap(List::stream).toList();
    }

    private static Set<String> options(long flags) {
        Set<String> options = new LinkedHashSet<>();
        note(options, flags, MS_RDONLY, "ro");
        note(options, flags, MS_NOSUID, "nosuid");
        note(options, flags, MS_NODEV, "nodev");
        note(options, flags, MS_NOEXEC, "noexec");
        return options;
    }

    private static void note(Set<String> options, long flags, long flag, String name) {
        if ((flags & flag) != 0) {
            options.add(name);
        }
    }

    private void unmount(String point, long flags) {
        for (int i = mounts.size() - 1; i >= 0; i--) {
            if (mounts.get(i).point().equals(point)) {
                mounts.remove(i);
                break;
            }
        }
        if ((flags & MNT_DETACH) != 0 && !isMountPoint(point)) {
            mounts.removeIf(mount -> mount.covers(point) && Paths.isAtOrBelow(mount.point(), point));
        }
    }

    private void pivot(String newRoot, String putOld) {
        root = newRoot;
        mounts.add(new Mount(putOld, "the old root", "", Set.of(), "", false, true, List.of()));
    }
}

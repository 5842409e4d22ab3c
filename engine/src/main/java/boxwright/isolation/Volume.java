package boxwright.isolation;

import static boxwright.kernel.Constants.AT_RECURSIVE;
import static boxwright.kernel.Constants.MOUNT_ATTR_RDONLY;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_SHARED;
import static boxwright.kernel.Constants.MS_SLAVE;
import static boxwright.kernel.Errno.EEXIST;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Something that is mounted into a container's tree. */
public sealed interface Volume {
    /** Where it is mounted, an absolute path in the container. */
    String target();

    /** Whether its source has to be opened while the host's mounts still propagate to the new namespace. */
    default boolean propagates() {
        return false;
    }

    /**
     * The lines that come before {@code pivot_root}, when the host's files can still be reached.
     *
     * @param tree takes a descriptor of what is to be mounted
     * @param owner present where they are lines of the monitor: who the container's root is for it
     */
    default void open(PlanBuilder plan, Slot tree, OptionalLong owner) {}

    /**
     * The lines that mount it, after {@code pivot_root}.
     *
     * @param place where, see {@link #target}
     */
    void attach(PlanBuilder plan, Slot tree, ContainerPath place);

    /** What passes between a mount and the one that it was copied from; mount_namespaces(7). */
    enum Propagation {
        /** Nothing: what is mounted below the one is not seen below the other. */
        PRIVATE(MS_PRIVATE, "what is mounted there does not appear here, nor the other way round"),
        /** What the host mounts below it appears in the container, and not the other way round. */
        SLAVE(MS_SLAVE, "what the host mounts there appears here, and nothing goes back"),
        /** Both ways. */
        SHARED(MS_SHARED, "what is mounted there, or here, appears on both sides");

        private final long flag;
        private final String because;

        Propagation(long flag, String because) {
            this.flag = flag;
            this.because = because;
        }
    }

    /** How much of a mount is read-only. */
    enum Writing {
        /** Nothing of it. */
        ALLOWED,
        /** The mount itself, and not those below it. */
        NOT_AT_THE_TOP,
        /** The mount and all below it. */
        FORBIDDEN
    }

    /**
     * A directory or file of the host.
     *
     * @param source its path on the host
     * @param missing what is made of that path, outermost first; empty where it is there
     * @param directory whether it is a directory
     * @param ours whether it is a directory that Boxwright keeps for a container
     * @param target see {@link #target}
     * @param writing how much of it the container may write to
     * @param recursive whether what is mounted below it comes along
     * @param propagation what passes between it and the host
     */
    record Bind(
            Path source,
            List<Path> missing,
            boolean directory,
            boolean ours,
            String target,
            Writing writing,
            boolean recursive,
            Propagation propagation)
            implements Volume {
        public Bind {
            missing = List.copyOf(missing);
        }

        @Override
        public boolean propagates() {
            return propagation != Propagation.PRIVATE;
        }

        @Override
        public void open(PlanBuilder plan, Slot tree, OptionalLong owner) {
            for (Path part : missing) {
                plan.mkdir(part.toString(), 0755).tolerate(EEXIST).because("a volume's directory is made on the host");
            }
            if (ours && !missing.isEmpty()) {
                owner.ifPresent(user ->
                        plan.chown(source.toString(), user, user).because("the container's root is who writes to it"));
            }
            plan.open_tree(source.toString(), recursive ? AT_RECURSIVE : 0)
                    .into(tree)
                    .because("the host's side of the volume " + target + ": later no path leads there");
            // A copy that the monitor makes is a peer of what the host has; the new process has made its own private.
            if (propagation != Propagation.PRIVATE || owner.isPresent()) {
                plan.mount_setattr(tree.value(), 0, propagation.flag, true).because(propagation.because);
            }
            if (writing != Writing.ALLOWED) {
                boolean all = writing == Writing.FORBIDDEN;
                plan.mount_setattr(tree.value(), MOUNT_ATTR_RDONLY, 0, all)
                        .because("to be read only" + (all ? ", and all that is mounted below it" : ""));
            }
        }

        @Override
        public void attach(PlanBuilder plan, Slot tree, ContainerPath place) {
            Slot mountPoint = Slot.of("place");
            place.openOrMake(plan, mountPoint, directory, "where the volume goes, past no magic link");
            plan.move_mount(tree.value(), mountPoint.value()).because("the volume " + target);
        }
    }

    /**
     * A file system in memory, which is gone with the container; tmpfs(5).
     *
     * @param target see {@link #target}
     * @param flags {@code MS_…}
     * @param options of tmpfs, {@code size=64m,mode=1777}; {@code ""} for none
     */
    record Memory(String target, long flags, String options) implements Volume {
        @Override
        public void attach(PlanBuilder plan, Slot tree, ContainerPath place) {
            Slot mountPoint = Slot.of("place");
            place.openOrMake(plan, mountPoint, true, "where it goes, past no magic link");
            plan.fchdir(mountPoint.value()).because("to be named . and nothing else");
            plan.mount("tmpfs", ".", "tmpfs", flags, options).because("files in memory at " + target);
        }
    }
}

package boxwright.isolation;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.AT_FDCWD;
import static boxwright.kernel.Constants.AT_RECURSIVE;
import static boxwright.kernel.Constants.MOUNT_ATTR_NODEV;
import static boxwright.kernel.Constants.MOUNT_ATTR_NOEXEC;
import static boxwright.kernel.Constants.MOUNT_ATTR_NOSUID;
import static boxwright.kernel.Constants.MOUNT_ATTR_RDONLY;
import static boxwright.kernel.Constants.MOVE_MOUNT_F_EMPTY_PATH;
import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_PRIVATE;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REMOUNT;
import static boxwright.kernel.Constants.OPEN_TREE_CLONE;
import static boxwright.kernel.Constants.O_CLOEXEC;

import boxwright.isolation.cgroup.Group;
import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.List;

/** What a container sees of the cgroups, in {@code /proc/self/cgroup} and {@code /sys/fs/cgroup}. */
public enum CgroupView {
    /** Its own groups, as roots; cgroup_namespaces(7). */
    PRIVATE,
    /** The host's. */
    HOST;

    private static final String POINT = "/sys/fs/cgroup";
    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    /** Has the host's mounts. */
    private static final Slot TREE = Slot.of("cgroups");

    /** The lines of the monitor. */
    void addBefore(PlanBuilder plan) {
        if (this == HOST) {
            plan.call(
                            SystemCall.OPEN_TREE,
                            fd(AT_FDCWD),
                            text(POINT),
                            number(
                                    OPEN_TREE_CLONE | O_CLOEXEC | AT_RECURSIVE,
                                    Notation.name("OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_RECURSIVE")))
                    .into(TREE)
                    .because("the host's cgroups, which no path leads to from the new root");
        }
    }

    /** The lines of the new process, which is in its groups and in its own root. */
    void addTo(PlanBuilder plan, List<Group> groups) {
        if (this == HOST) {
            moveHere(plan);
            return;
        }
        plan.unshare(Constants.CLONE_NEWCGROUP).because("it sees its own group as the root of all, and none above it");
        boolean alone = groups.size() == 1 && groups.getFirst().hierarchy().version() == 2;
        if (alone) {
            plan.mount("cgroup", POINT, "cgroup2", PLAIN | MS_RDONLY).because("its limits, to look at only");
        } else if (!groups.isEmpty()) {
            mountEach(plan, groups);
        }
    }

    /**
     * The host's own mounts, and not new ones: in the first cgroup namespace a new mount of version 2 sets the options of
     * all the others, such as nsdelegate, to its own.
     */
    private static void moveHere(PlanBuilder plan) {
        plan.call(
                        SystemCall.MOVE_MOUNT,
                        TREE.value(),
                        text(""),
                        fd(AT_FDCWD),
                        text(POINT),
                        number(MOVE_MOUNT_F_EMPTY_PATH, Notation.name("MOVE_MOUNT_F_EMPTY_PATH")))
                .because("the host's cgroups, as they are");
        Argument.Struct attributes = new Argument.Struct(List.of(
                field(
                        "attr_set",
                        8,
                        number(
                                MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
                                Notation.MOUNT_ATTR)),
                field("attr_clr", 8, 0),
                field("propagation", 8, number(MS_PRIVATE, Notation.MOUNT)),
                field("userns_fd", 8, 0)));
        plan.call(
                        SystemCall.MOUNT_SETATTR,
                        fd(AT_FDCWD),
                        text(POINT),
                        number(AT_RECURSIVE, Notation.name("AT_RECURSIVE")),
                        attributes,
                        number(attributes.size()))
                .because("to look at only");
    }

    /** Version 1 has a mount for each hierarchy, as systemd and Docker lay them out. */
    private static void mountEach(PlanBuilder plan, List<Group> groups) {
        plan.mount("tmpfs", POINT, "tmpfs", PLAIN, "mode=755").because("a directory for each of its groups");
        for (Group group : groups) {
            if (group.hierarchy().version() == 2) {
                plan.mkdir(POINT + "/unified", 0755);
                plan.mount("cgroup", POINT + "/unified", "cgroup2", PLAIN | MS_RDONLY);
                continue;
            }
            String name = group.hierarchy().option();
            plan.mkdir(POINT + "/" + name, 0755);
            plan.mount("cgroup", POINT + "/" + name, "cgroup", PLAIN | MS_RDONLY, name);
            if (group.hierarchy().controllers().size() > 1) {
                group.hierarchy().controllers().forEach(alias -> plan.symlink(name, POINT + "/" + alias));
            }
        }
        plan.mount("none", POINT, "", MS_BIND | MS_REMOUNT | MS_RDONLY | PLAIN).because("to look at only");
    }
}

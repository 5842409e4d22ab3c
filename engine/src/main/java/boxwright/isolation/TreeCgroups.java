package boxwright.isolation;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.AT_FDCWD;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Errno.EBUSY;
import static boxwright.kernel.Errno.EPERM;

import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.List;

/**
 * A mount of type {@code cgroup}, which means all hierarchies: version 2 alone is one mount, and version 1 a directory with
 * one for each. In a cgroup namespace of its own the container mounts what it sees; else it gets its own groups from the
 * host.
 *
 * @param target where
 * @param readOnly whether they are to look at only
 * @param groups the container's
 * @param ownView whether it has a cgroup namespace of its own
 */
public record TreeCgroups(TreePath target, boolean readOnly, List<Group> groups, boolean ownView) implements TreeEntry {
    private static final Slot PLACE = Slot.of("place");
    private static final Slot TREE = Slot.of("tree");
    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    public TreeCgroups {
        groups = List.copyOf(groups);
    }

    @Override
    public void addTo(PlanBuilder plan) {
        target.openOrMake(plan, PLACE, true, "where the cgroups go");
        plan.fchdir(PLACE.value());
        plan.close(PLACE.value());
        if (groups.size() == 1 && groups.getFirst().hierarchy().version() == 2) {
            mount(plan, ".", groups.getFirst());
        } else {
            plan.mount("tmpfs", ".", "tmpfs", PLAIN, "mode=755").because("a directory for each hierarchy of cgroups");
            target.open(plan, PLACE).because("the new directory itself");
            plan.fchdir(PLACE.value());
            groups.forEach(group -> mountNamed(plan, group));
            if (readOnly) {
                plan.mount_setattr(PLACE.value(), Constants.MOUNT_ATTR_RDONLY, 0, false)
                        .because("to look at only");
            }
            plan.close(PLACE.value());
        }
        plan.chdir("/");
    }

    private void mountNamed(PlanBuilder plan, Group group) {
        Hierarchy hierarchy = group.hierarchy();
        String name = hierarchy.version() == 2 ? "unified" : hierarchy.option();
        plan.mkdir(name, 0755);
        mount(plan, name, group);
        if (hierarchy.version() == 1 && hierarchy.controllers().size() > 1) {
            hierarchy.controllers().forEach(alias -> plan.symlink(name, alias));
        }
    }

    private void mount(PlanBuilder plan, String place, Group group) {
        Hierarchy hierarchy = group.hierarchy();
        if (!ownView) {
            bind(plan, place, group);
            return;
        }
        long flags = PLAIN | (readOnly ? MS_RDONLY : 0);
        if (hierarchy.version() == 1) {
            plan.mount("cgroup", place, "cgroup", flags, hierarchy.option()).because("its groups, as roots");
            return;
        }
        plan.mount("cgroup", place, "cgroup2", flags)
                .tolerate(EBUSY, EPERM)
                .because("its groups, as roots. EBUSY: the host's are mounted there, with its /sys; EPERM: nor may we")
                .otherwise(instead -> bind(instead, place, group));
    }

    private void bind(PlanBuilder plan, String place, Group group) {
        plan.open_tree(group.directory().toString(), 0).into(TREE);
        long attributes = Constants.MOUNT_ATTR_NOSUID
                | Constants.MOUNT_ATTR_NODEV
                | Constants.MOUNT_ATTR_NOEXEC
                | (readOnly ? Constants.MOUNT_ATTR_RDONLY : 0);
        plan.mount_setattr(TREE.value(), attributes, 0, false);
        plan.move_mount(TREE.value(), fd(AT_FDCWD), place).because("its own group, and what is below it");
        plan.close(TREE.value());
    }
}

package boxwright.isolation;

import static boxwright.kernel.Constants.MS_BIND;
import static boxwright.kernel.Constants.MS_NODEV;
import static boxwright.kernel.Constants.MS_NOEXEC;
import static boxwright.kernel.Constants.MS_NOSUID;
import static boxwright.kernel.Constants.MS_RDONLY;
import static boxwright.kernel.Constants.MS_REMOUNT;

import boxwright.isolation.cgroup.Group;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import java.util.List;

/** What a container sees of the cgroups, in {@code /proc/self/cgroup} and {@code /sys/fs/cgroup}. */
public enum CgroupView {
    /** Its own groups, as roots; cgroup_namespaces(7). */
    PRIVATE,
    /** The host's, by {@link HostTree#CGROUPS}. */
    HOST;

    private static final String POINT = "/sys/fs/cgroup";
    private static final long PLAIN = MS_NOSUID | MS_NOEXEC | MS_NODEV;

    /** The lines of the new process, which is in its groups and in its own root. */
    void addTo(PlanBuilder plan, List<Group> groups, boolean writable) {
        if (this == HOST) {
            return;
        }
        plan.unshare(Constants.CLONE_NEWCGROUP).because("it sees its own group as the root of all, and none above it");
        boolean alone = groups.size() == 1 && groups.getFirst().hierarchy().version() == 2;
        if (alone) {
            plan.mount("cgroup", POINT, "cgroup2", flags(writable))
                    .because(writable ? "its limits" : "its limits, to look at only");
        } else if (!groups.isEmpty()) {
            mountEach(plan, groups, writable);
        }
    }

    private static long flags(boolean writable) {
        return writable ? PLAIN : PLAIN | MS_RDONLY;
    }

    /** Version 1 has a mount for each hierarchy, as systemd and Docker lay them out. */
    private static void mountEach(PlanBuilder plan, List<Group> groups, boolean writable) {
        plan.mount("tmpfs", POINT, "tmpfs", PLAIN, "mode=755").because("a directory for each of its groups");
        for (Group group : groups) {
            if (group.hierarchy().version() == 2) {
                plan.mkdir(POINT + "/unified", 0755);
                plan.mount("cgroup", POINT + "/unified", "cgroup2", flags(writable));
                continue;
            }
            String name = group.hierarchy().option();
            plan.mkdir(POINT + "/" + name, 0755);
            plan.mount("cgroup", POINT + "/" + name, "cgroup", flags(writable), name);
            if (group.hierarchy().controllers().size() > 1) {
                group.hierarchy().controllers().forEach(alias -> plan.symlink(name, POINT + "/" + alias));
            }
        }
        plan.mount("none", POINT, "", MS_BIND | MS_REMOUNT | MS_RDONLY | PLAIN).because("to look at only");
    }
}

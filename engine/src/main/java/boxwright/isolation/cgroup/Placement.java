package boxwright.isolation.cgroup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a hierarchy a container's group is made. Without a wish it is the nearest place that the kernel gives us: in
 * version 1 below our own group; in version 2, where a group with processes in it cannot have children with controllers
 * ("no internal processes" in cgroups(7)), the lowest of our own group and those above it that can have them. So the
 * limits that hold for us hold for the container too, and who had a part of the tree delegated stays in it.
 *
 * @param parent the group that gets a new child
 * @param ancestors what has to be done on the way down to it, and in it, before
 */
record Placement(Hierarchy hierarchy, Path parent, List<Group.Ancestor> ancestors) {
    private static final String CONTROLLERS = "cgroup.controllers";
    private static final String ENABLED = "cgroup.subtree_control";
    private static final String MEMBERS = "cgroup.procs";
    private static final String TYPE = "cgroup.type";

    Placement {
        ancestors = List.copyOf(ancestors);
    }

    /**
     * Looks for the place.
     *
     * @param controllers that a group there must have; in version 1 those of the hierarchy
     */
    static Placement find(Hierarchies here, Hierarchy hierarchy, List<Controller> controllers) throws RefusedException {
        requireWritable(hierarchy);
        if (hierarchy.version() == 1) {
            if (!here.writable(hierarchy.own())) {
                throw notOurs(hierarchy);
            }
            return new Placement(hierarchy, hierarchy.own(), List.of());
        }
        RefusedException refused = notOurs(hierarchy);
        for (int depth = hierarchy.own().getNameCount();
                depth >= hierarchy.point().getNameCount();
                depth--) {
            Path group = Path.of("/").resolve(hierarchy.own().subpath(0, depth));
            // To move a process one needs the common ancestor too; Documentation/admin-guide/cgroup-v2.rst,
            // "Delegation".
            if (here.writable(group) && here.writable(group.resolve(MEMBERS)) && isDomain(here, group)) {
                List<String> off = off(here, group, controllers);
                if (off.isEmpty()) {
                    return new Placement(hierarchy, group, List.of());
                }
                if (!here.words(group.resolve(CONTROLLERS)).containsAll(off)) {
                    refused = new RefusedException(group + " does not have " + String.join(" ", off)
                            + ", only " + String.join(" ", here.words(group.resolve(CONTROLLERS)))
                            + ". Delegate more: Delegate=yes in the systemd unit user@.service");
                } else if (mayHaveChildren(here, group) && here.writable(group.resolve(ENABLED))) {
                    return new Placement(
                            hierarchy, group, List.of(new Group.Ancestor(group, false, List.of(enable(off)))));
                } else {
                    refused = new RefusedException(
                            "there are processes in " + group
                                    + ", and above it we may not make groups; a group with processes gives its children no"
                                    + " controllers. Move them to a child of it, or: systemd-run --user --scope -p Delegate=yes boxwright …");
                }
            }
        }
        throw refused;
    }

    /**
     * The place below a group that the user has named; what is missing of it is made.
     *
     * @param wish a path from the root of the hierarchy
     */
    static Placement below(String wish, Hierarchies here, Hierarchy hierarchy, List<Controller> controllers)
            throws RefusedException {
        requireWritable(hierarchy);
        List<Group.Ancestor> ancestors = new ArrayList<>();
        Path parent = hierarchy.point();
        Path wished = Path.of("/" + wish).normalize();
        boolean there = true;
        for (int depth = 0; depth <= wished.getNameCount(); depth++) {
            Path group = depth == 0 ? parent : parent.resolve(wished.getName(depth - 1));
            boolean wasThere = there;
            there = there && here.exists(group);
            if (wasThere && !there && !here.writable(parent)) {
                throw new RefusedException("we may not make " + group + ": " + parent + " is not ours");
            }
            List<Setting> settings = settings(here, hierarchy, controllers, group, there);
            if (!there || !settings.isEmpty()) {
                ancestors.add(new Group.Ancestor(group, !there, settings));
            }
            parent = group;
        }
        if (there && !here.writable(parent)) {
            throw new RefusedException("we may not make a group in " + parent + ": it is not ours");
        }
        return new Placement(hierarchy, parent, ancestors);
    }

    private static List<Setting> settings(
            Hierarchies here, Hierarchy hierarchy, List<Controller> controllers, Path group, boolean there)
            throws RefusedException {
        if (hierarchy.version() == 1) {
            // A new cpuset has nothing in it, and nothing can run in that.
            return !there && controllers.contains(Controller.CPUSET)
                    ? hierarchy.files().cpuset(processors(here, hierarchy), nodes(here, hierarchy))
                    : List.of();
        }
        List<String> off = there ? off(here, group, controllers) : words(controllers);
        if (!off.isEmpty() && there) {
            if (!mayHaveChildren(here, group)) {
                throw new RefusedException("there are processes in " + group
                        + ", and a group with processes gives its children no controllers. Move them to a child of it");
            }
            if (group.equals(hierarchy.point())
                    && !here.words(group.resolve(CONTROLLERS)).containsAll(off)) {
                throw new RefusedException(group + " does not have " + String.join(" ", off));
            }
        }
        return off.isEmpty() ? List.of() : List.of(enable(off));
    }

    /** The processors that a group made here can have. */
    static String processors(Hierarchies here, Hierarchy hierarchy) {
        return first(here, hierarchy, "cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus");
    }

    /** The nodes of memory that a group made here can have. */
    static String nodes(Hierarchies here, Hierarchy hierarchy) {
        return first(here, hierarchy, "cpuset.mems.effective", "cpuset.effective_mems", "cpuset.mems");
    }

    private static String first(Hierarchies here, Hierarchy hierarchy, String... files) {
        for (Path group : List.of(hierarchy.own(), hierarchy.point())) {
            for (String file : files) {
                String text = here.read(group.resolve(file));
                if (!text.isEmpty()) {
                    return text;
                }
            }
        }
        return "";
    }

    private static void requireWritable(Hierarchy hierarchy) throws RefusedException {
        if (hierarchy.readOnly()) {
            throw new RefusedException(
                    hierarchy.point() + " is mounted read-only. If this is a container: start it with"
                            + " its cgroups writable (docker run --privileged, podman run --security-opt unmask=/sys/fs/cgroup)");
        }
    }

    private static RefusedException notOurs(Hierarchy hierarchy) {
        return new RefusedException(
                hierarchy.own() + " is not ours"
                        + (hierarchy.version() == 1
                                ? ". Run it as root: version 1 of cgroups is not delegated to users"
                                : ", and no group above it. Have one delegated: systemd-run --user --scope -p Delegate=yes boxwright …"));
    }

    /** Threaded groups, and those below them, have no processes as a whole. */
    private static boolean isDomain(Hierarchies here, Path group) {
        String type = here.read(group.resolve(TYPE));
        return type.isEmpty() || type.equals("domain");
    }

    /** The root of the whole tree may have both processes and children with controllers; it alone has no type. */
    private static boolean mayHaveChildren(Hierarchies here, Path group) {
        return !here.exists(group.resolve(TYPE))
                || here.read(group.resolve(MEMBERS)).isEmpty();
    }

    private static List<String> off(Hierarchies here, Path group, List<Controller> controllers) {
        List<String> off = words(controllers);
        off.removeAll(here.words(group.resolve(ENABLED)));
        return off;
    }

    private static List<String> words(List<Controller> controllers) {
        List<String> words = new ArrayList<>();
        for (Controller controller : controllers) {
            if (!controller.isBuiltIn()) {
                words.add(controller.word());
            }
        }
        return words;
    }

    private static Setting enable(List<String> controllers) {
        return new Setting(ENABLED, "+" + String.join(" +", controllers), "its children have these controllers");
    }
}

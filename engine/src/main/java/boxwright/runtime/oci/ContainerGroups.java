package boxwright.runtime.oci;

import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Hierarchy;
import boxwright.isolation.cgroup.Setting;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cgroups of a container, one in each hierarchy: an absolute {@code cgroupsPath} begins at the root of the hierarchy,
 * any other in the group that we are in, or in version 2 beside it, as with runc.
 *
 * @param entered those that the container is put into
 * @param shown the same, and those that it is in anyway, because they are ours
 */
record ContainerGroups(List<Group> entered, List<Group> shown) {
    private static final String ENABLED = "cgroup.subtree_control";

    ContainerGroups {
        entered = List.copyOf(entered);
        shown = List.copyOf(shown);
    }

    /**
     * Looks for their places; makes nothing.
     *
     * @param lenient whether hierarchies that we may make no groups in are left out
     * @param scope the one that systemd makes; empty where we make the groups
     * @throws SpecException for a limit that this machine cannot give
     */
    static ContainerGroups of(Hierarchies here, String id, Linux linux, boolean lenient, Optional<SystemdScope> scope) {
        String path = scope.map(SystemdScope::path).orElse(linux.cgroupsPath().isEmpty() ? id : linux.cgroupsPath());
        if (scope.isEmpty() && path.contains(":")) {
            throw new SpecException("linux.cgroupsPath: \"" + path
                    + "\" looks like systemd's slice:prefix:name, which needs --systemd-cgroup");
        }
        if (Path.of("/" + path).normalize().getNameCount() == 0) {
            throw new SpecException(
                    "linux.cgroupsPath: \"" + path + "\" is the root of the hierarchy: name a group in it");
        }
        // In a user namespace nobody makes devices, and those that are there have the host's owners: as with runc.
        Optional<DeviceRules> devices = lenient && !here.mayListDevices()
                ? Optional.empty()
                : DeviceList.of(linux.resources().devices());
        Map<String, List<Setting>> settings = settings(here, linux);
        Set<String> missing = new HashSet<>(settings.keySet());
        List<Group> groups = new ArrayList<>();
        List<Group> shown = new ArrayList<>();
        for (Hierarchy hierarchy : here.all()) {
            if (hierarchy.readOnly()) {
                continue;
            }
            Group group = group(here, hierarchy, path, settings, devices, scope.isPresent());
            if (lenient && scope.isEmpty() && !mayMake(group)) {
                shown.add(new Group(hierarchy, List.of(), hierarchy.own(), List.of(), List.of(), Optional.empty()));
                continue;
            }
            missing.removeAll(hierarchy.controllers());
            missing.remove("cgroup");
            groups.add(group);
            shown.add(group);
        }
        if (!missing.isEmpty()) {
            throw new SpecException("linux.resources: no writable cgroup hierarchy here has the controllers "
                    + String.join(", ", missing));
        }
        return new ContainerGroups(groups, shown);
    }

    static Map<String, List<Setting>> settings(Hierarchies here, Linux linux) {
        boolean first = false;
        List<String> second = List.of();
        for (Hierarchy hierarchy : here.all()) {
            if (hierarchy.version() == 1) {
                first = true;
            } else {
                second = hierarchy.controllers();
            }
        }
        return first
                ? ResourceSettings.ofBothVersions(linux.resources(), second)
                : ResourceSettings.ofSecondVersion(linux.resources());
    }

    /** Whether we may write to the group, or make it where it will be; and may move processes there. */
    private static boolean mayMake(Group group) {
        Path place = group.directory();
        while (!Files.isDirectory(place) && place.getParent() != null) {
            place = place.getParent();
        }
        // In version 2 who moves a process needs the group above both, cgroup-v2.rst "Delegation Containment".
        return Files.isWritable(place)
                && (group.hierarchy().version() == 1 || Files.isWritable(place.resolve("cgroup.procs")));
    }

    private static Group group(
            Hierarchies here,
            Hierarchy hierarchy,
            String path,
            Map<String, List<Setting>> settings,
            Optional<DeviceRules> devices,
            boolean systemds) {
        Path base = path.startsWith("/") ? hierarchy.point() : home(hierarchy);
        Path below = Path.of("/" + path).normalize();
        Path directory = base;
        List<Group.Ancestor> ancestors = new ArrayList<>();
        if (hierarchy.version() == 2) {
            ancestors.add(new Group.Ancestor(base, false, enable(base)));
        }
        for (int i = 0; i < below.getNameCount() - 1; i++) {
            directory = directory.resolve(below.getName(i));
            boolean exists = Files.isDirectory(directory);
            List<Setting> own = hierarchy.version() == 2
                    ? exists ? enable(directory) : enableAll(base)
                    : exists ? List.of() : cpuset(hierarchy);
            if (!exists || !own.isEmpty()) {
                ancestors.add(new Group.Ancestor(directory, !exists, own));
            }
        }
        directory = directory.resolve(below.getFileName());
        List<Setting> own = new ArrayList<>();
        List<Controller> controllers = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            own.addAll(cpuset(hierarchy));
        }
        boolean lists = hierarchy.version() == 2 || hierarchy.controllers().contains("devices");
        for (String controller : hierarchy.controllers()) {
            own.addAll(settings.getOrDefault(controller, List.of()));
        }
        if (hierarchy.version() == 2) {
            own.addAll(settings.getOrDefault("cgroup", List.of())); // files that each group has
        }
        return new Group(
                hierarchy,
                // Those of systemd are made and set by systemd.
                systemds ? List.of() : ancestors,
                directory,
                controllers,
                own,
                lists && isDevicesHome(here, hierarchy) ? devices : Optional.empty());
    }

    /**
     * Where groups without an absolute path are made. In version 2 a group with processes, as ours is, gives its children no
     * controller (cgroups(7), "no internal processes"): so they are made beside it, where that may be.
     */
    private static Path home(Hierarchy hierarchy) {
        Path own = hierarchy.own();
        if (hierarchy.version() == 1 || own.equals(hierarchy.point())) {
            return own;
        }
        Path above = own.resolveSibling(".").normalize();
        return Files.isWritable(above) && Files.isWritable(above.resolve("cgroup.procs")) ? above : own;
    }

    /** Version 1 has a list where it has the controller; version 2 has a program everywhere else. */
    private static boolean isDevicesHome(Hierarchies here, Hierarchy hierarchy) {
        return here.with(Controller.DEVICES)
                .filter(home -> home.point().equals(hierarchy.point()))
                .isPresent();
    }

    /** All that the group can give to its children; what it cannot, is found out where a setting needs it. */
    private static List<Setting> enable(Path group) {
        List<Setting> settings = new ArrayList<>();
        List<String> on = List.of(read(group.resolve(ENABLED)).split(" "));
        for (String controller : read(group.resolve("cgroup.controllers")).split(" ")) {
            if (!controller.isEmpty() && !on.contains(controller)) {
                settings.add(new Setting(ENABLED, "+" + controller, "its children have this controller"));
            }
        }
        return settings;
    }

    /** The same of a group that is not there yet: its parents give it all that the first of them has. */
    private static List<Setting> enableAll(Path first) {
        List<Setting> settings = new ArrayList<>();
        for (String controller : read(first.resolve("cgroup.controllers")).split(" ")) {
            if (!controller.isEmpty()) {
                settings.add(new Setting(ENABLED, "+" + controller, "its children have this controller"));
            }
        }
        return settings;
    }

    /** In version 1 a new cpuset has nothing in it, and nothing can run in that. */
    private static List<Setting> cpuset(Hierarchy hierarchy) {
        if (hierarchy.version() == 2 || !hierarchy.controllers().contains("cpuset")) {
            return List.of();
        }
        String processors = read(hierarchy.own().resolve("cpuset.cpus"));
        String nodes = read(hierarchy.own().resolve("cpuset.mems"));
        return List.of(
                new Setting("cpuset.cpus", processors, "a new group has no processor"),
                new Setting("cpuset.mems", nodes, "and no memory"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            return "";
        }
    }
}

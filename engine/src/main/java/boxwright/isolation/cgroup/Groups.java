package boxwright.isolation.cgroup;

import boxwright.kernel.Capability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The groups that a container's limits need, one in each hierarchy that has a controller for them, before they are made.
 *
 * @param all those that can be had
 * @param refused the controllers that cannot be had, with the reason and what to do
 */
public record Groups(List<Group> all, Map<Controller, String> refused) {
    public Groups {
        all = List.copyOf(all);
        refused = Map.copyOf(refused);
    }

    /**
     * Looks for the places and files.
     *
     * @param name of the new groups
     * @param parent a group to make them in, a path from the root of each hierarchy
     * @throws IllegalArgumentException where this machine can never have what is asked for, such as processors that it
     *     does not have
     */
    public static Groups plan(Hierarchies here, String name, Limits limits, Optional<String> parent) {
        Map<Controller, String> refused = new EnumMap<>(Controller.class);
        List<Controller> needed = new ArrayList<>(limits.controllers());
        if (needed.contains(Controller.DEVICES) && !mayListDevices(here)) {
            needed.remove(Controller.DEVICES);
            refused.put(
                    Controller.DEVICES,
                    "only root of the machine may say which devices a group has (CAP_SYS_ADMIN in the first user"
                            + " namespace)");
        }
        List<Group> groups = new ArrayList<>();
        while (!needed.isEmpty()) {
            int index = here.indexWith(needed.getFirst());
            if (index < 0) {
                Controller controller = needed.removeFirst();
                refused.put(controller, missing(here, controller));
                continue;
            }
            List<Controller> together = new ArrayList<>();
            for (Controller controller : needed) {
                if (here.indexWith(controller) == index) {
                    together.add(controller);
                }
            }
            needed.removeAll(together);
            new Plan(here, here.all().get(index), limits, parent, refused)
                    .place(together, name)
                    .ifPresent(groups::add);
        }
        return new Groups(groups, refused);
    }

    /** One hierarchy's part of it. */
    private record Plan(
            Hierarchies here,
            Hierarchy hierarchy,
            Limits limits,
            Optional<String> parent,
            Map<Controller, String> refused) {
        Optional<Group> place(List<Controller> controllers, String name) {
            try {
                return Optional.of(group(find(controllers), controllers, name));
            } catch (RefusedException all) {
                if (hierarchy.version() == 2 && controllers.size() > 1) {
                    return placeSome(controllers, name);
                }
                controllers.forEach(controller -> refused.put(controller, all.why()));
                return Optional.empty();
            }
        }

        /** In version 2 some of the controllers may be delegated to us, and others not. */
        private Optional<Group> placeSome(List<Controller> controllers, String name) {
            List<Controller> had = new ArrayList<>();
            for (Controller controller : controllers) {
                try {
                    find(List.of(controller));
                    had.add(controller);
                } catch (RefusedException one) {
                    refused.put(controller, one.why());
                }
            }
            return had.isEmpty() || had.size() == controllers.size() ? none(had) : place(had, name);
        }

        private Optional<Group> none(List<Controller> controllers) {
            controllers.forEach(controller ->
                    refused.put(controller, "no group of ours can have all of " + controllers + " at once"));
            return Optional.empty();
        }

        private Placement find(List<Controller> controllers) throws RefusedException {
            return parent.isPresent()
                    ? Placement.below(parent.get(), here, hierarchy, controllers)
                    : Placement.find(here, hierarchy, controllers);
        }

        private Group group(Placement place, List<Controller> controllers, String name) {
            List<Setting> settings = new ArrayList<>();
            LimitFiles files = hierarchy.files();
            for (Controller controller : controllers) {
                switch (controller) {
                    case MEMORY -> settings.addAll(files.memory(limits.memory()));
                    case PIDS -> limits.pids().ifPresent(limit -> settings.add(files.pids(limit)));
                    case CPU -> settings.addAll(files.cpu(limits.cpu()));
                    case CPUSET -> settings.addAll(cpuset(files));
                    case IO -> limits.ioWeight().ifPresent(weight -> settings.add(files.io(weight, here.hasBfq())));
                    case DEVICES, FREEZER -> {}
                }
            }
            boolean lists = controllers.contains(Controller.DEVICES);
            return new Group(
                    hierarchy,
                    place.ancestors(),
                    place.parent().resolve(name),
                    controllers,
                    settings,
                    lists ? limits.devices() : Optional.empty());
        }

        /** In version 1 a new cpuset has nothing in it, and needs both before anything can run in it. */
        private List<Setting> cpuset(LimitFiles files) {
            String processors = limits.cpu().processors();
            String nodes = limits.cpu().nodes();
            String allProcessors = Placement.processors(here, hierarchy);
            String allNodes = Placement.nodes(here, hierarchy);
            require("processors", processors, allProcessors);
            require("memory nodes", nodes, allNodes);
            boolean both = hierarchy.version() == 1;
            return files.cpuset(
                    both && processors.isEmpty() ? allProcessors : processors,
                    both && nodes.isEmpty() ? allNodes : nodes);
        }

        private static void require(String what, String asked, String available) {
            if (!asked.isEmpty() && !available.isEmpty() && !NumberList.isWithin(asked, available)) {
                throw new IllegalArgumentException(
                        "requested " + what + " are not available: requested " + asked + ", available: " + available);
            }
        }
    }

    private static String missing(Hierarchies here, Controller controller) {
        if (here.all().isEmpty()) {
            return "no cgroup file system is mounted. sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup; in a container: start"
                    + " it with -v /sys/fs/cgroup:/sys/fs/cgroup:rw --cgroupns=host";
        }
        return "no mounted hierarchy has the controller " + controller.word()
                + " (/proc/cgroups tells whether the kernel has it). Boot with cgroup_enable=" + controller.word()
                + ", or mount it";
    }

    /**
     * Both versions want CAP_SYS_ADMIN in the first user namespace: for {@code devices.deny}, and for bpf(2). In another
     * user namespace nobody can make a device node, and the nodes that are there have the host's owners.
     */
    private static boolean mayListDevices(Hierarchies here) {
        if (!here.read(Path.of("/proc/self/uid_map")).endsWith(" 4294967295")) {
            return false;
        }
        String status = here.read(Path.of("/proc/self/status"));
        int label = status.indexOf("CapEff:");
        if (label < 0) {
            return false;
        }
        int end = status.indexOf('\n', label);
        String bits =
                status.substring(label + 7, end < 0 ? status.length() : end).strip();
        return (Long.parseUnsignedLong(bits, 16) >>> Capability.CAP_SYS_ADMIN.number() & 1) == 1;
    }
}

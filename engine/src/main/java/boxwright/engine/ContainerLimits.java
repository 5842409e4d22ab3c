package boxwright.engine;

import boxwright.isolation.Cgroup;
import boxwright.isolation.CgroupView;
import boxwright.isolation.DeviceNodes;
import boxwright.isolation.DeviceNodes.Node;
import boxwright.isolation.HostTree;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.ResourceLimits;
import boxwright.isolation.cgroup.Controller;
import boxwright.isolation.cgroup.DeviceRule;
import boxwright.isolation.cgroup.DeviceRules;
import boxwright.isolation.cgroup.Groups;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.isolation.cgroup.Limits;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container's limits come to on this machine.
 *
 * @param cgroup its groups, and what it sees of them
 * @param devices of the host, in its {@code /dev}
 * @param resources what each process may use
 * @param sharedMemory the size of {@code /dev/shm}, in bytes; empty for the usual one
 * @param warnings what is not enforced here, a sentence each
 */
public record ContainerLimits(
        Cgroup cgroup,
        DeviceNodes devices,
        ResourceLimits resources,
        OptionalLong sharedMemory,
        List<String> warnings) {
    /**
     * Looks at the machine for what was asked for.
     *
     * @param id of the container
     * @param privileged whether it may use all devices
     * @param namespaces who makes it: for a user without root, whom nobody has delegated a group to, a limit that cannot
     *     be had is a warning; for root it is an error
     * @throws EngineException where a limit cannot be had
     */
    static ContainerLimits of(LimitRequest request, String id, boolean privileged, Namespaces namespaces) {
        boolean lenient = !namespaces.self().mayMakeNamespaces();
        Hierarchies here = Hierarchies.here();
        List<Node> nodes = new ArrayList<>();
        List<DeviceRule> rules = new ArrayList<>();
        for (DeviceRequest device : request.devices()) {
            for (Node node : device.nodes()) {
                nodes.add(node);
                rules.add(new DeviceRule(node.block() ? 'b' : 'c', node.major(), node.minor(), device.access()));
            }
        }
        rules.addAll(request.deviceRules());
        Groups groups;
        try {
            boolean swapIsCounted = request.memory().flags().isEmpty() || here.limitsSwap();
            Limits limits = new Limits(
                    request.memory().limits(swapIsCounted),
                    request.pids(),
                    request.processors().limits(),
                    request.ioWeight(),
                    privileged
                            ? Optional.empty()
                            : Optional.of(DeviceRules.asDockerDoes().and(rules)),
                    true);
            groups = Groups.plan(here, Cgroup.PREFIX + id, limits, request.cgroupParent());
        } catch (IllegalArgumentException e) {
            throw new EngineException(String.valueOf(e.getMessage()));
        }
        List<String> warnings = refusals(request, groups.refused(), lenient, here);
        Ulimits.check(request.ulimits(), request.oomScoreAdjustment());
        return new ContainerLimits(
                new Cgroup(groups, request.view(), privileged),
                new DeviceNodes(namespaces.areInUserNamespace() ? List.of() : nodes),
                new ResourceLimits(request.ulimits(), request.oomScoreAdjustment()),
                request.sharedMemory(),
                warnings);
    }

    /**
     * Complaints about what cannot be had.
     *
     * @param here where we may not list devices, the container has a user namespace around it, in which that is not needed
     */
    private static List<String> refusals(
            LimitRequest request, Map<Controller, String> refused, boolean lenient, Hierarchies here) {
        Map<String, List<String>> byReason = new LinkedHashMap<>();
        for (Controller controller : Controller.values()) {
            String reason = refused.get(controller);
            if (reason != null) {
                byReason.computeIfAbsent(reason, any -> new ArrayList<>()).addAll(request.flags(controller));
            }
        }
        List<String> warnings = new ArrayList<>();
        byReason.forEach((reason, flags) -> {
            if (!flags.isEmpty()) {
                String all = String.join(", ", flags);
                if (!lenient) {
                    throw new EngineException(all + " cannot be had here: " + reason);
                }
                warnings.add("not enforced: " + all + ": " + reason);
            }
        });
        String devices = refused.get(Controller.DEVICES);
        if (devices != null && here.mayListDevices()) {
            warnings.add("not enforced: which devices the container may use: " + devices);
        }
        return warnings;
    }

    /** The lines of the container that are about its limits, in their order. */
    void addTo(List<Isolation> isolation) {
        if (!devices.nodes().isEmpty()) {
            isolation.add(devices);
        }
        isolation.add(cgroup);
        if (!resources.isEmpty()) {
            isolation.add(resources);
        }
    }

    /** The kernel's file systems with what was asked for. */
    KernelFilesystems in(KernelFilesystems usual) {
        KernelFilesystems view = sharedMemory.isPresent() ? usual.withSharedMemory(sharedMemory.getAsLong()) : usual;
        boolean hosts = cgroup.view() == CgroupView.HOST && Files.isDirectory(HostTree.CGROUPS.path());
        return hosts ? view.withFromHost(HostTree.CGROUPS) : view;
    }
}

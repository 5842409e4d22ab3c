package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.CGROUPS;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** cgroups(7): which version, which controllers, and whether we may make a group below our own. */
record CgroupChecks() implements Checks {
    private static final List<String> NEEDED = List.of("cpu", "memory", "pids");
    private static final List<String> USEFUL = List.of("cpuset", "io");
    private static final String WHY = "limits on memory, processes and processor time are cgroups";

    @Override
    public String title() {
        return "cgroups";
    }

    @Override
    public List<Check> of(Host host) {
        Mounts mounts = Mounts.of(host);
        List<Check> checks = new ArrayList<>();
        checks.add(version(mounts));
        checks.add(controllers(host, mounts));
        checks.add(delegation(host, mounts));
        return checks;
    }

    private static Check version(Mounts mounts) {
        Optional<Mounts.Mount> second = mounts.ofType("cgroup2").stream().findFirst();
        int first = mounts.ofType("cgroup").size();
        if (second.isPresent()) {
            String point = second.get().point().toString();
            return first == 0
                    ? Check.ok("cgroup", "v2 at " + point)
                    : Check.limited(
                            "cgroup",
                            "hybrid: v2 at " + point + ", " + first + " hierarchies of v1 beside it",
                            "a controller is in v1 or in v2, so limits are spread over several hierarchies; Boxwright"
                                    + " sets those of v1 there, and without rights for plain users",
                            CGROUPS,
                            "boot with systemd.unified_cgroup_hierarchy=1, or without the v1 mounts");
        }
        return first > 0
                ? Check.limited(
                        "cgroup",
                        "v1 only, " + first + " hierarchies",
                        "v1 has no safe delegation to users and one hierarchy a controller",
                        CGROUPS,
                        "boot with systemd.unified_cgroup_hierarchy=1")
                : Check.missing(
                        "cgroup",
                        "not mounted",
                        WHY,
                        CGROUPS,
                        "sudo mount -t cgroup2 cgroup2 /sys/fs/cgroup, or " + Advice.kernelOption("CGROUPS"));
    }

    private static Check controllers(Host host, Mounts mounts) {
        Set<String> there = new TreeSet<>();
        for (Mounts.Mount mount : mounts.ofType("cgroup2")) {
            host.text(mount.point() + "/cgroup.controllers")
                    .filter(text -> !text.isEmpty())
                    .ifPresent(text -> there.addAll(List.of(text.split("\\s+"))));
        }
        for (Mounts.Mount mount : mounts.ofType("cgroup")) {
            for (String controller : List.of("cpu", "memory", "pids", "cpuset", "freezer", "devices", "blkio")) {
                if (mount.hasSuperOption(controller)) {
                    there.add(controller.equals("blkio") ? "io" : controller); // v2 calls it io
                }
            }
        }
        List<String> lacking =
                NEEDED.stream().filter(name -> !there.contains(name)).toList();
        List<String> wished =
                USEFUL.stream().filter(name -> !there.contains(name)).toList();
        String found = there.isEmpty() ? "none" : String.join(" ", there);
        if (lacking.isEmpty()) {
            return wished.isEmpty()
                    ? Check.ok("controllers", found)
                    : Check.limited(
                            "controllers",
                            found + "; no " + String.join(", no ", wished),
                            "they limit processors by number, and disks",
                            CGROUPS,
                            "boot with cgroup_enable=" + String.join(" cgroup_enable=", wished));
        }
        // Raspberry Pi OS and some cloud kernels switch memory off; Documentation/admin-guide/kernel-parameters.txt.
        String fix = there.isEmpty()
                ? "mount the cgroup file system; in a container: docker run --cgroupns=host -v"
                        + " /sys/fs/cgroup:/sys/fs/cgroup:rw"
                : "boot with cgroup_enable=" + String.join(" cgroup_enable=", lacking);
        return Check.missing("controllers", found + "; no " + String.join(", no ", lacking), WHY, CGROUPS, fix);
    }

    /**
     * Whether we may make a group: access(2) says so without making one. The limits are on the mount, the directory and,
     * in v2, on moving a process, which takes {@code cgroup.procs}; Documentation/admin-guide/cgroup-v2.rst, "Delegation".
     */
    private static Check delegation(Host host, Mounts mounts) {
        List<Mounts.Mount> hierarchies = new ArrayList<>();
        for (Mounts.Mount mount : mounts.ofType("cgroup")) {
            if (NEEDED.stream().anyMatch(mount::hasSuperOption)) {
                hierarchies.add(mount);
            }
        }
        boolean second = hierarchies.isEmpty();
        if (second) {
            hierarchies.addAll(mounts.ofType("cgroup2"));
        }
        if (hierarchies.isEmpty()) {
            return Check.missing("sub-cgroups", "no cgroup is mounted", WHY, CGROUPS, "see cgroup");
        }
        List<String> refused = new ArrayList<>();
        for (Mounts.Mount mount : hierarchies) {
            String own = own(host, mount, second);
            Path directory = host.path(own);
            Path moves = directory.resolve("cgroup.procs");
            if (mount.isReadOnly()) {
                refused.add(mount.point() + " (mounted read-only)");
            } else if (!Files.isWritable(directory) || !Files.isWritable(moves)) {
                refused.add(own);
            }
        }
        if (refused.isEmpty()) {
            return Check.ok(
                    "sub-cgroups",
                    "we may make them below " + own(host, hierarchies.getFirst(), second)
                            + (hierarchies.size() > 1 ? " and " + (hierarchies.size() - 1) + " more" : ""));
        }
        return Check.missing(
                "sub-cgroups",
                "not ours: " + refused.getFirst()
                        + (refused.size() > 1 ? " and " + (refused.size() - 1) + " more" : ""),
                "each container gets a cgroup of its own",
                CGROUPS,
                host.userId() == 0
                        ? Advice.becomeRoot(host)
                        : second
                                ? "systemd-run --user --scope -p Delegate=yes boxwright …, or a line Delegate=yes under"
                                        + " [Service] in /etc/systemd/system/user@.service.d/delegate.conf"
                                : "sudo boxwright …");
    }

    /** The directory of our own group, from {@code /proc/self/cgroup}: {@code 0::/user.slice} or {@code 4:memory:/a}. */
    private static String own(Host host, Mounts.Mount mount, boolean second) {
        String relative = "";
        for (String line : host.lines("/proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            boolean ours = parts.length == 3
                    && (second
                            ? parts[1].isEmpty()
                            : !parts[1].isEmpty() && mount.hasSuperOption(parts[1].split(",")[0]));
            relative = ours ? parts[2] : relative;
        }
        // In a cgroup namespace the path may begin with /.., and then it is not below the mount.
        Path path = Path.of(mount.point() + relative).normalize();
        return path.startsWith(mount.point()) && Files.isDirectory(host.path(path.toString()))
                ? path.toString()
                : mount.point().toString();
    }
}

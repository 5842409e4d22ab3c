package boxwright.isolation;

import static boxwright.kernel.Argument.fd;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Users and groups of its own; user_namespaces(7). Root inside is an ordinary user outside: his capabilities hold for what
 * belongs to this namespace, and for nothing else. It is also the one namespace that an ordinary user may make, and in it
 * he may make the others: so no container needs sudo any more. It comes first in the list, for the other namespaces are
 * made by the same {@code clone3}, and belong to it.
 *
 * @param users which user inside is which outside; 0 is one of them
 * @param groups the same for groups
 * @param byRoot whether we are root, and the container's root is somebody else; if not, the container's root is we
 * @param mapper who writes the maps; empty where the new process does it for itself, as everybody may for his own id
 */
public record UserNamespace(IdMap users, IdMap groups, boolean byRoot, Optional<IdMapper> mapper) implements Isolation {
    public UserNamespace {
        if (!users.has(0) || !groups.has(0)) {
            throw new IllegalArgumentException("a container needs a root: the map has no range with 0 inside");
        }
    }

    @Override
    public String chapter() {
        return "06-user-namespace";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWUSER;
    }

    @Override
    public Optional<Preparation> preparation() {
        return mapper.map(outside -> new Preparation(
                "until it has its users (" + users + ") and groups (" + groups + ")",
                pid -> outside.write(pid, users, groups)));
    }

    /** Whether its processes may change their supplementary groups; {@code /proc/PID/setgroups} in user_namespaces(7). */
    public boolean mayChangeGroups() {
        // newgidmap(1) leaves it allowed where it maps a group beside the user's own.
        return mapper.isPresent() && (byRoot || groups.ranges().size() > 1);
    }

    /** Files of the container's other users can be removed by its root alone, and the monitor is who tidies up. */
    @Override
    public void addBeside(PlanBuilder plan, Slot pidfd) {
        if (!byRoot) {
            plan.setns(pidfd.value(), Constants.CLONE_NEWUSER)
                    .tolerate(Errno.ESRCH)
                    .because("files of the container's other users can be removed in here only");
            plan.dumpable(false).because("whoever is root in here too, may not look into the monitor; ptrace(2)");
        }
    }

    @Override
    public void addTo(PlanBuilder plan) {
        if (!byRoot) {
            becomeRoot(plan);
            return;
        }
        Slot alive = Slot.of("alive");
        plan.open("/proc/self/fd/" + Launcher.CONTROL, Constants.O_RDONLY | Constants.O_NONBLOCK, 0)
                .into(alive)
                .because("the line to our JVM, to look at without waiting");
        becomeRoot(plan);
        plan.parentDeathSignal(Constants.SIGKILL).because("the kernel forgets it when the user changes; prctl(2)");
        plan.dumpable(true).because("and gives /proc/self to the host's root; prctl(2)");
        plan.read(alive.value(), Slot.of("go"))
                .positive()
                .tolerate(Errno.EAGAIN)
                .because("is our JVM still there? It may have ended while nobody told us");
        plan.close(alive.value());
    }

    /** The lines by which a process in the new namespace gets its maps, if it writes them itself, and is root then. */
    private void becomeRoot(PlanBuilder plan) {
        if (mapper.isEmpty()) {
            plan.writeFile("/proc/self/setgroups", "deny")
                    .because("the price of a map of one's own: giving up a group can open a file");
            plan.writeFile("/proc/self/gid_map", groups.text());
            plan.writeFile("/proc/self/uid_map", users.text()).because("root in here is this user outside");
        } else if (mayChangeGroups()) {
            plan.setgroups(List.of()).because("no group of ours goes along");
        }
        if (byRoot) {
            plan.setresgid(0);
            plan.setresuid(0).because("root in here, user " + users.outside(0).orElseThrow() + " outside");
        }
    }

    /**
     * Runs lines as root of another user namespace with the same maps.
     *
     * @param lines end in {@code execve} or {@code exit_group}
     * @return when the maps are there
     */
    public Launch start(Launcher launcher, String name, Consumer<PlanBuilder> lines) {
        Launch launch = launcher.start(inNew(this::becomeRoot, lines), name);
        return mapped(launch);
    }

    /**
     * A descriptor of another user namespace with the same maps, which lives as long as the descriptor.
     *
     * @throws boxwright.kernel.KernelException where it cannot be made
     */
    Descriptor open(Launcher launcher) {
        Plan plan = inNew(lines -> {}, lines -> {
            lines.read(fd(Launcher.CONTROL), Slot.of("end")).because("until somebody has a descriptor of it");
            lines.exit_group(0);
        });
        Launch launch = mapped(launcher.start(plan, "boxwright: user namespace"));
        try {
            return Descriptor.open(Path.of("/proc/" + launch.pid() + "/ns/user"), Constants.O_RDONLY, 0);
        } finally {
            launch.close();
            launch.reap();
        }
    }

    private Plan inNew(Consumer<PlanBuilder> entry, Consumer<PlanBuilder> lines) {
        return Plan.of(plan -> {
            plan.chapter(chapter());
            plan.unshare(Constants.CLONE_NEWUSER).reported().because("a user namespace with the same maps");
            if (mapper.isPresent()) {
                plan.read(fd(Launcher.CONTROL), Slot.of("go")).positive().because("until it has its maps");
            }
            entry.accept(plan);
            lines.accept(plan);
        });
    }

    private Launch mapped(Launch launch) {
        try {
            launch.next();
            mapper.ifPresent(outside -> {
                outside.write(launch.pid(), users, groups);
                launch.go();
            });
            return launch;
        } catch (RuntimeException e) {
            launch.close();
            launch.reap();
            throw e;
        }
    }
}

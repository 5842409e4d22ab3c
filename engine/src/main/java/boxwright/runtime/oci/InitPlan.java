package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.O_CLOEXEC;
import static boxwright.kernel.Constants.SIGKILL;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.EPERM;

import boxwright.isolation.Isolation;
import boxwright.isolation.Preparation;
import boxwright.isolation.Seccomp;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.runtime.spec.Linux.Namespace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Compiles an OCI container into a plan. The launcher makes the container's first process and ends; that process is a
 * sibling of its, and so a child of our JVM, and then of whoever adopts our JVM's children: the engine that called us. When
 * all is set up it waits for {@code start}. It is no JVM that waits but the launcher's machine code, some kilobytes.
 *
 * @param joined namespaces of others
 * @param setUp what is done before hooks are run
 * @param hooks those that run in the container's namespaces before {@code pivot_root}
 * @param stops whether the process waits for the hooks of the runtime's namespaces
 * @param inside what is done after them
 * @param last whose last lines come directly before the program, in this order
 * @param startHooks those that run in the container before its program
 * @param directory the working directory, absolute
 * @param program what it runs
 * @param notice what whoever listens to its filter learns; empty for none
 * @param descriptors their numbers
 */
record InitPlan(
        List<Namespace> joined,
        List<Isolation> setUp,
        HookLines hooks,
        boolean stops,
        List<Isolation> inside,
        List<Isolation> last,
        HookLines startHooks,
        String directory,
        BundleProgram program,
        Optional<SeccompNotice> notice,
        InitDescriptors descriptors) {
    private static final Slot GO = Slot.of("go");

    InitPlan {
        joined = List.copyOf(joined);
        setUp = List.copyOf(setUp);
        inside = List.copyOf(inside);
        last = List.copyOf(last);
    }

    Plan plan() {
        long flags = Constants.CLONE_PARENT;
        for (Isolation mechanism : all()) {
            flags |= mechanism.cloneFlags();
        }
        long cloneFlags = flags;
        Slot pid = Slot.of("pid");
        Slot pidfd = Slot.of("pidfd");
        return Plan.of(plan -> {
            plan.blockSignals().because("a half-made container is ended by who makes it, and not before");
            plan.parentDeathSignal(SIGKILL).because("without our JVM nobody would go on with it");
            each(plan, all(), mechanism -> mechanism.addBefore(plan));
            join(plan);
            birthplace()
                    .map(cgroup -> plan.clone3(cloneFlags, pidfd, cgroup, this::child))
                    .orElseGet(() -> plan.clone3(cloneFlags, pidfd, this::child))
                    .into(pid)
                    .reported()
                    .because("the container's first process, which is our JVM's child");
            plan.exit_group(0).because("there is nothing more to do beside it");
        });
    }

    private List<Isolation> all() {
        List<Isolation> all = new ArrayList<>(setUp);
        all.addAll(inside);
        all.addAll(last);
        return all;
    }

    private Optional<Slot> birthplace() {
        for (Isolation mechanism : all()) {
            Optional<Slot> cgroup = mechanism.birthplace();
            if (cgroup.isPresent()) {
                return cgroup;
            }
        }
        return Optional.empty();
    }

    /** Descriptors of ours that the lines name. */
    Map<Integer, Supplier<Descriptor>> descriptorsOfMechanisms() {
        Map<Integer, Supplier<Descriptor>> all = new HashMap<>();
        all().forEach(mechanism -> all.putAll(mechanism.descriptors()));
        return all;
    }

    /** What Java does while the first process waits. */
    List<Preparation> preparations() {
        List<Preparation> all = new ArrayList<>();
        all().forEach(mechanism -> mechanism.preparation().ifPresent(all::add));
        return all;
    }

    /**
     * The launcher joins what others have made, and the new process is born there. All are opened first: in another mount
     * namespace their paths may lead elsewhere.
     */
    private void join(PlanBuilder plan) {
        for (Namespace namespace : joined) {
            plan.open(namespace.path(), Constants.O_RDONLY | O_CLOEXEC, 0)
                    .into(slot(namespace))
                    .because("the " + namespace.type() + " namespace that is to be joined");
        }
        Optional<Namespace> users = find("user");
        for (Namespace namespace : joined) {
            long flag = NamespaceTypes.flag(namespace.type());
            if (namespace.type().equals("user") || namespace.type().equals("mount")) {
                continue;
            }
            var line = plan.setns(slot(namespace).value(), flag).because("joins it; EINVAL: it is of another type");
            users.ifPresent(user -> line.tolerate(EPERM).otherwise(inside -> {
                inside.setns(slot(user).value(), Constants.CLONE_NEWUSER)
                        .tolerate(EINVAL)
                        .because("it belongs to that user namespace, whose root may");
                inside.setns(slot(namespace).value(), flag);
            }));
        }
        users.ifPresent(user -> {
            plan.setns(slot(user).value(), Constants.CLONE_NEWUSER)
                    .tolerate(EINVAL)
                    .because("joins it; EINVAL: it is joined already");
            plan.setresgid(0);
            plan.setresuid(0).because("root in there");
            plan.parentDeathSignal(SIGKILL).because("the kernel forgets it when the user changes; prctl(2)");
        });
        find("mount").ifPresent(mount -> plan.setns(slot(mount).value(), Constants.CLONE_NEWNS));
    }

    private Optional<Namespace> find(String type) {
        for (Namespace namespace : joined) {
            if (namespace.type().equals(type)) {
                return Optional.of(namespace);
            }
        }
        return Optional.empty();
    }

    private static Slot slot(Namespace namespace) {
        return Slot.of(namespace.type() + "_namespace");
    }

    private void child(PlanBuilder plan) {
        plan.parentDeathSignal(SIGKILL).because("a half-made container does not outlive who makes it");
        List<String> reasons =
                new ArrayList<>(List.of("its number is on disk, for whoever tidies up if we are killed"));
        preparations().forEach(needed -> reasons.add(needed.because()));
        plan.read(fd(Launcher.CONTROL), GO).positive().because(String.join(", and ", reasons));
        plan.setsid().because("a session of its own: signals of our terminal are not for it");
        each(plan, setUp, mechanism -> mechanism.addTo(plan));
        if (stops) {
            plan.umask(022).reported().because("all is mounted: now the hooks");
            plan.read(fd(Launcher.CONTROL), GO).positive().because("until they have run");
        }
        hooks.addTo(plan);
        each(plan, inside, mechanism -> mechanism.addTo(plan));
        plan.closeFrom(descriptors.end())
                .because("a way to the host's files, for a working directory that is a link to it (CVE-2024-21626)");
        plan.chdir(directory).because("the working directory");
        program.check(plan);
        plan.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the program");
        plan.unblockSignals().because("the program starts with no signal blocked");
        plan.noParentDeathSignal().reported().because("the container is made, and goes on without us");
        descriptors.settle(plan);
        plan.read(fd(descriptors.start()), GO).positive().because("until it is started");
        startHooks.addTo(plan);
        each(plan, last, mechanism -> mechanism.addLast(plan));
        Seccomp.addNotices(last, plan);
        program.addTo(plan);
    }

    private static void each(PlanBuilder plan, List<Isolation> mechanisms, Consumer<Isolation> lines) {
        for (Isolation mechanism : mechanisms) {
            plan.chapter(mechanism.chapter());
            lines.accept(mechanism);
        }
        plan.chapter("");
    }
}

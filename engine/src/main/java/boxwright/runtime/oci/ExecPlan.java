package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.CLONE_NEWPID;

import boxwright.isolation.CgroupEntry;
import boxwright.isolation.Console;
import boxwright.isolation.ContainerPath;
import boxwright.isolation.Isolation;
import boxwright.isolation.OomScore;
import boxwright.isolation.Seccomp;
import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.List;
import java.util.Optional;

/**
 * Compiles a program that joins a container. As in {@code boxwright exec}, nobody in the container gets to see a process
 * that can do more than they can: the launcher joins the container's namespaces, unseen, gets everything ready and gives up
 * what the container may not do; then it makes the program, among the container's processes and as one of them. It is a
 * sibling of the launcher, and so a child of our JVM, or of whoever adopts our JVM's children.
 *
 * @param namespaces the {@code CLONE_NEW…} flags of those that are not ours already
 * @param cgroup how it comes into the container's cgroups
 * @param oomScore who goes first when memory is short
 * @param becomesRoot whether the container has users of its own, of whom it becomes root on the way
 * @param changesGroups whether groups may be given up there
 * @param confinement what holds the program back, in order
 * @param filterAtTheEnd whether the filter comes directly before the program, as it needs no privilege
 * @param console its terminal
 * @param directory its working directory
 * @param program what it is
 * @param descriptors their numbers; that of the container's first process is {@link InitDescriptors#start}
 */
record ExecPlan(
        long namespaces,
        CgroupEntry cgroup,
        Optional<OomScore> oomScore,
        boolean becomesRoot,
        boolean changesGroups,
        List<Isolation> confinement,
        boolean filterAtTheEnd,
        Optional<Console> console,
        String directory,
        BundleProgram program,
        InitDescriptors descriptors) {
    ExecPlan {
        confinement = List.copyOf(confinement);
    }

    Plan plan() {
        Argument container = fd(descriptors.start());
        return Plan.of(plan -> {
            plan.blockSignals().because("a half-made program is ended by who makes it, and not before");
            oomScore.ifPresent(score -> score.addBefore(plan));
            plan.dumpable(false).because("nobody in the container may look into us; ptrace(2)");
            cgroup.open(plan);
            enterGroups(plan);
            if ((namespaces & ~CLONE_NEWPID) != 0) {
                plan.setns(container, namespaces & ~CLONE_NEWPID)
                        .because("the container's namespaces, all at once, and not seen by its processes");
            }
            if (becomesRoot) {
                if (changesGroups) {
                    plan.setgroups(List.of()).because("no group of ours goes along");
                }
                plan.setresgid(0);
                plan.setresuid(0).because("root in there");
                plan.dumpable(false).because("the change of the user may have set it; prctl(2)");
            }
            if ((namespaces & CLONE_NEWPID) != 0) {
                plan.setns(container, CLONE_NEWPID).because("our children are born among the container's processes");
            }
            plan.close(container);
            console.ifPresent(terminal -> {
                terminal.open(plan);
                plan.close(fd(descriptors.console()));
            });
            Slot place = Slot.of("place");
            ContainerPath.of(directory).open(plan, place).because("the working directory, past no magic link");
            plan.fchdir(place.value());
            plan.close(place.value());
            program.check(plan);
            plan.closeFrom(descriptors.end()).because("nothing that leads out of the container is open from here on");
            plan.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the program");
            descriptors.inherit(plan, fd(Launcher.REPORT));
            for (Isolation mechanism : confinement) {
                if (!isAtTheEnd(mechanism)) {
                    plan.chapter(mechanism.chapter());
                    mechanism.addLast(plan);
                }
            }
            plan.chapter("");
            plan.sibling(this::program).reported().because("one of the container's processes, as they are");
            plan.exit_group(0);
        });
    }

    private boolean isAtTheEnd(Isolation mechanism) {
        return filterAtTheEnd && mechanism instanceof Seccomp;
    }

    /** By itself: a process that is born in a group of version 2 would be another one. */
    private void enterGroups(PlanBuilder plan) {
        cgroup.enter(plan);
        cgroup.second().ifPresent(group -> {
            Slot members = Slot.of("members");
            plan.open(group.resolve("cgroup.procs").toString(), Constants.O_WRONLY, 0)
                    .tolerate(Errno.EACCES)
                    .into(members);
            plan.write(members.value(), "0").tolerate(Errno.EBADF).because("and into the one of version 2");
            plan.close(members.value()).tolerate(Errno.EBADF);
        });
    }

    private void program(PlanBuilder plan) {
        plan.setsid().because("a session of its own: signals of our terminal are not for it");
        console.ifPresent(terminal -> terminal.takeControl(plan));
        plan.unblockSignals().because("the program starts with no signal blocked");
        for (Isolation mechanism : confinement) {
            if (isAtTheEnd(mechanism)) {
                plan.chapter(mechanism.chapter());
                mechanism.addLast(plan);
            }
        }
        plan.chapter("");
        program.addTo(plan);
    }
}

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
import boxwright.kernel.Line;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Compiles a program that joins a container. As in {@code boxwright exec}, nobody in the container gets to see a process
 * that can do more than they can: the launcher joins the container's namespaces, unseen, gets everything ready and gives up
 * what the container may not do; then it makes the program, among the container's processes and as one of them. It is a
 * sibling of the launcher, and so a child of our JVM, or of whoever adopts our JVM's children.
 *
 * @param namespaces the {@code CLONE_NEW…} flags of those that are not ours already
 * @param affinity which processors it runs on
 * @param cgroup how it comes into the container's cgroups
 * @param firstGroup the one of version 2 in which the container's first process is, where that is another by now
 * @param oomScore who goes first when memory is short
 * @param becomesRoot whether the container has users of its own, of whom it becomes root on the way
 * @param changesGroups whether groups may be given up there
 * @param confinement what holds the program back, in order
 * @param filterAtTheEnd whether the filter comes directly before the program, as it needs no privilege
 * @param notice what whoever listens to its filter learns; empty for none
 * @param console its terminal
 * @param directory its working directory
 * @param program what it is
 * @param descriptors their numbers; that of the container's first process is {@link InitDescriptors#start}
 */
record ExecPlan(
        long namespaces,
        ExecAffinity affinity,
        CgroupEntry cgroup,
        Optional<Path> firstGroup,
        Optional<OomScore> oomScore,
        boolean becomesRoot,
        boolean changesGroups,
        List<Isolation> confinement,
        boolean filterAtTheEnd,
        Optional<SeccompNotice> notice,
        Optional<Console> console,
        String directory,
        BundleProgram program,
        InitDescriptors descriptors) {
    private static final Slot MEMBERS = Slot.of("members");
    private static final Slot CONTROL = Slot.of("control");
    private static final Slot GO = Slot.of("go");

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
            affinity.addBefore(plan);
            enterGroups(plan);
            affinity.addAfter(plan);
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
            if (isWaitedFor()) {
                plan.duplicate(fd(Launcher.CONTROL), descriptors.end()).into(CONTROL);
            }
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

    /** Whether the program waits until Java has written down which process it is. */
    private boolean isWaitedFor() {
        return notice.isPresent();
    }

    private boolean isAtTheEnd(Isolation mechanism) {
        return filterAtTheEnd && mechanism instanceof Seccomp;
    }

    /** By itself: a process that is born in a group of version 2 would be another one. */
    private void enterGroups(PlanBuilder plan) {
        cgroup.enter(plan);
        cgroup.second().ifPresent(group -> {
            Line moved = move(plan, group).because("and into the one of version 2");
            firstGroup.ifPresent(first -> moved.tolerate(Errno.EBUSY).otherwise(again -> {
                move(again, first)
                        .because("the container has groups of its own below, so no process can be in that one:"
                                + " its first process is in this");
                again.close(MEMBERS.value()).tolerate(Errno.EBADF);
            }));
            plan.close(MEMBERS.value()).tolerate(Errno.EBADF);
        });
    }

    private static Line move(PlanBuilder plan, Path group) {
        plan.open(group.resolve("cgroup.procs").toString(), Constants.O_WRONLY, 0)
                .tolerate(Errno.EACCES)
                .into(MEMBERS);
        return plan.write(MEMBERS.value(), "0").tolerate(Errno.EBADF);
    }

    private void program(PlanBuilder plan) {
        plan.setsid().because("a session of its own: signals of our terminal are not for it");
        console.ifPresent(terminal -> terminal.takeControl(plan));
        plan.unblockSignals().because("the program starts with no signal blocked");
        if (isWaitedFor()) {
            plan.read(CONTROL.value(), GO).positive().because("its number is in the file for who answers its calls");
        }
        for (Isolation mechanism : confinement) {
            if (isAtTheEnd(mechanism)) {
                plan.chapter(mechanism.chapter());
                mechanism.addLast(plan);
            }
        }
        plan.chapter("");
        Seccomp.addNotices(confinement, plan);
        program.addTo(plan);
    }
}

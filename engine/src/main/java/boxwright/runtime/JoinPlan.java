package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.CLONE_NEWPID;
import static boxwright.kernel.Constants.CLONE_VFORK;
import static boxwright.kernel.Constants.CLONE_VM;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Constants.SIGKILL;
import static boxwright.kernel.Errno.EPIPE;
import static boxwright.kernel.Errno.ESRCH;

import boxwright.isolation.CgroupEntry;
import boxwright.isolation.Console;
import boxwright.isolation.Isolation;
import boxwright.isolation.ResourceLimits;
import boxwright.kernel.Argument;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.ProcessCalls.PollEntry;
import boxwright.kernel.Report;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that joins a container which runs: its namespaces by setns(2), its cgroups, and all that holds it back. What
 * runs in there may be hostile, so nobody in there gets to see a process that can do more than they can. Three processes:
 *
 * <ul>
 *   <li>the monitor joins all namespaces but that of the processes, and stays, unseen;
 *   <li>the helper, its child, is as unseen: it gets everything ready, and gives up what the container may not do;
 *   <li>the program is born among the container's processes as one of them, with nothing left to do but {@code execve}.
 * </ul>
 *
 * <p>The helper makes it with {@code CLONE_PARENT}, so that it is the monitor's child. And it shares its memory with the
 * monitor, which stands still meanwhile (vfork(2)): that is how the monitor has the number of its new child.
 *
 * @param container the launcher's descriptor of the container's first process, a pidfd
 * @param namespaces the {@code CLONE_NEW…} flags of those that are not ours already
 * @param cgroup how the helper comes into the container's cgroups
 * @param users whether it gets users of its own by joining, of whom it becomes root; and whether groups may be given up
 * @param resources what each process may use
 * @param confinement what holds the program back
 * @param console its terminal
 * @param program what runs
 * @param attached whether the program ends with our JVM
 * @param terminal the user's terminal, when it is made raw
 */
public record JoinPlan(
        int container,
        long namespaces,
        CgroupEntry cgroup,
        Users users,
        ResourceLimits resources,
        List<Isolation> confinement,
        Optional<Console> console,
        Program program,
        boolean attached,
        Optional<TerminalKeeper> terminal)
        implements ProcessPlan {
    /** Whose users the container has. */
    public enum Users {
        /** Ours. */
        OURS,
        /** Its own. */
        OWN,
        /** Its own, of whom nobody may change his groups. */
        OWN_WITHOUT_GROUPS
    }

    private static final Slot PID = Slot.of("pid");
    private static final Slot PIDFD = Slot.of("pidfd");
    private static final Slot STATUS = Slot.of("status");

    public JoinPlan {
        confinement = List.copyOf(confinement);
    }

    @Override
    public boolean announces(Report report) {
        return report.call().systemCall() == SystemCall.CLONE && report.result() > 0;
    }

    @Override
    public Plan plan() {
        Slot helper = Slot.of("helper");
        Slot helperFd = Slot.of("helper_fd");
        return Plan.of(plan -> {
            plan.blockSignals().because("the monitor ends when its work is done, not before");
            cgroup.open(plan);
            resources.addTo(plan);
            plan.dumpable(false).because("nobody in the container may look into one of us; ptrace(2)");
            if ((namespaces & ~CLONE_NEWPID) != 0) {
                plan.setns(fd(container), namespaces & ~CLONE_NEWPID)
                        .because("the container's namespaces, all at once, and not seen by its processes");
            }
            long flags = CLONE_VM | CLONE_VFORK;
            cgroup.birthplace()
                    .map(birthplace -> plan.clone3(flags, helperFd, birthplace, this::helper))
                    .orElseGet(() -> plan.clone3(flags, helperFd, this::helper))
                    .into(helper)
                    .because("who gets everything ready; we stand still until it has");
            plan.wait4(helper.value(), STATUS);
            plan.pidfd_open(PID).into(PIDFD).because("the program is our child, so its number is still its own");
            plan.setsid().because("the monitor leaves our terminal: its Ctrl-C and its end are not for it");
            plan.dup3(fd(Launcher.MONITOR), Launcher.REPORT, 0)
                    .because("the set-up's line is now the program's alone: it ends when the program starts");
            plan.ppoll(watched())
                    .because(
                            attached
                                    ? "until the program has ended, or our JVM is gone"
                                    : "until the program has ended");
            if (attached) {
                plan.pidfd_send_signal(PIDFD.value(), SIGKILL)
                        .tolerate(ESRCH)
                        .because("the program does not outlive the command it belongs to");
            }
            plan.wait4(PID.value(), STATUS).because("the exit status");
            plan.reportStatus(STATUS).tolerate(EPIPE).because("tells it to the JVM, if there still is one");
            terminal.ifPresent(keeper -> {
                plan.ppoll(List.of(new PollEntry(fd(Launcher.CONTROL), 0)))
                        .because("until the JVM has tidied up, or was killed");
                keeper.restore(plan);
            });
            plan.exit_group(0);
        });
    }

    private List<PollEntry> watched() {
        List<PollEntry> watched = new ArrayList<>();
        watched.add(new PollEntry(new Argument.Place(PIDFD), POLLIN));
        if (attached) {
            watched.add(new PollEntry(fd(Launcher.CONTROL), 0));
        }
        return watched;
    }

    private void helper(PlanBuilder plan) {
        cgroup.enter(plan);
        if (users != Users.OURS) {
            if (users == Users.OWN) {
                plan.setgroups(List.of()).because("no group of ours goes along");
            }
            plan.setresgid(0);
            plan.setresuid(0).because("root in there");
        }
        if ((namespaces & CLONE_NEWPID) != 0) {
            plan.setns(fd(container), CLONE_NEWPID).because("our children are born among the container's processes");
        }
        plan.umask(022).because("the usual mask for the program");
        console.ifPresent(terminal -> terminal.open(plan));
        program.enterExistingDirectory(plan);
        plan.closeFrom(Launcher.MONITOR).because("nothing that leads out of the container is open from here on");
        plan.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the program");
        resources.addLast(plan);
        for (Isolation mechanism : confinement) {
            plan.chapter(mechanism.chapter());
            mechanism.addLast(plan);
        }
        plan.chapter("");
        plan.sibling(this::program).into(PID).reported().because("one of the container's processes, as they are");
        plan.exit_group(0);
    }

    private void program(PlanBuilder plan) {
        plan.setsid().because("a session of its own: signals of our terminal are not for it");
        console.ifPresent(terminal -> terminal.takeControl(plan));
        plan.unblockSignals().because("the program starts with no signal blocked");
        program.addTo(plan);
    }
}

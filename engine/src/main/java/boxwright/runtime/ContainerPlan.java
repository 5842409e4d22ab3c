package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Constants.SIGKILL;
import static boxwright.kernel.Errno.EPIPE;
import static boxwright.kernel.Errno.ESRCH;

import boxwright.isolation.Isolation;
import boxwright.kernel.Argument;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.ProcessCalls.PollEntry;
import boxwright.kernel.Report;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Compiles a container into a plan. The launcher runs it as two processes: the child becomes the container, the parent
 * stays as its monitor. The monitor waits for the container or for the end of our JVM, whichever comes first, and leaves
 * nothing behind in either case.
 *
 * @param isolation in the order in which the lines come
 * @param program what the container runs
 * @param session whether the container gets a session of its own, away from the terminal that we were started from
 * @param preparation what Java does while the new process waits, beside what the mechanisms need, a phrase; empty when
 *     that is nothing
 * @param scratch the directory that exists for this container only
 * @param terminal the user's terminal, when it is made raw for the container
 * @param init whether the program is number 2, and an {@link InitProcess} number 1
 */
public record ContainerPlan(
        List<Isolation> isolation,
        Program program,
        boolean session,
        Optional<String> preparation,
        Optional<Scratch> scratch,
        Optional<TerminalKeeper> terminal,
        boolean init)
        implements ProcessPlan {
    /** The slot with the wait status of the container. */
    private static final Slot STATUS = Slot.of("status");

    public ContainerPlan {
        isolation = List.copyOf(isolation);
    }

    /** A container that stays in our session and needs no preparation, as the steps of the book run them. */
    public static ContainerPlan of(List<Isolation> isolation, Program program, Optional<Scratch> scratch) {
        return new ContainerPlan(isolation, program, false, Optional.empty(), scratch, Optional.empty(), false);
    }

    // tag::plan[]
    @Override
    public boolean announces(Report report) {
        return report.call().systemCall() == SystemCall.CLONE3 && report.result() > 0;
    }

    @Override
    public Plan plan() {
        Slot pid = Slot.of("pid");
        Slot pidfd = Slot.of("pidfd");
        long flags = cloneFlags();
        return Plan.of(plan -> {
            plan.blockSignals().because("the monitor ends when its work is done, not before");
            scratch.ifPresent(directory -> directory.create(plan, leftovers()));
            eachMechanism(plan, mechanism -> mechanism.addBefore(plan));
            if (init) {
                InitProcess.addBefore(plan);
            }
            birthplace()
                    .map(cgroup -> plan.clone3(flags, pidfd, cgroup, this::child))
                    .orElseGet(() -> plan.clone3(flags, pidfd, this::child))
                    .into(pid)
                    .reported()
                    .because("the container's first process");
            eachMechanism(plan, mechanism -> mechanism.addBeside(plan, pidfd));
            plan.setsid().because("the monitor leaves our terminal: its Ctrl-C and its end are not for it");
            plan.dup3(fd(Launcher.MONITOR), Launcher.REPORT, 0)
                    .because("the set-up's line is now the child's alone: it ends when the program starts");
            plan.ppoll(List.of(
                            new PollEntry(new Argument.Place(pidfd), POLLIN), new PollEntry(fd(Launcher.CONTROL), 0)))
                    .because("until the container has ended, or our JVM is gone");
            plan.pidfd_send_signal(pidfd.value(), SIGKILL)
                    .tolerate(ESRCH)
                    .because("a container never outlives the command it belongs to");
            plan.wait4(pid.value(), STATUS).because("the exit status");
            if (init) {
                InitProcess.addStatus(plan, STATUS);
            }
            plan.reportStatus(STATUS).tolerate(EPIPE).because("tells it to the JVM, if there still is one");
            if (scratch.isPresent() || !leftovers().isEmpty()) {
                plan.ppoll(List.of(new PollEntry(fd(Launcher.CONTROL), 0)))
                        .because("until the JVM has tidied up, or was killed");
            }
            scratch.ifPresentOrElse(directory -> directory.remove(plan, terminal, this::remove), () -> {
                remove(plan);
                plan.exit_group(0);
            });
        });
    }

    // end::plan[]

    private Optional<Slot> birthplace() {
        for (Isolation mechanism : isolation) {
            Optional<Slot> cgroup = mechanism.birthplace();
            if (cgroup.isPresent()) {
                return cgroup;
            }
        }
        return Optional.empty();
    }

    private long cloneFlags() {
        long flags = 0;
        for (Isolation mechanism : isolation) {
            flags |= mechanism.cloneFlags();
        }
        return flags;
    }

    private List<Path> leftovers() {
        List<Path> all = new ArrayList<>();
        isolation.forEach(mechanism -> all.addAll(mechanism.leftovers()));
        return all;
    }

    /** Lines of the monitor. */
    private void remove(PlanBuilder plan) {
        for (Isolation mechanism : isolation) {
            plan.chapter(mechanism.chapter());
            mechanism.addRemoval(plan);
        }
        plan.chapter("");
    }

    @Override
    public void remove() {
        isolation.forEach(Isolation::remove);
        scratch.ifPresent(Scratch::delete);
    }

    @Override
    public boolean isLeft() {
        return scratch.filter(Scratch::exists).isPresent();
    }

    @Override
    public boolean waits() {
        return !preparations().isEmpty();
    }

    @Override
    public void prepare(int pid) {
        for (Isolation mechanism : isolation) {
            mechanism.preparation().ifPresent(needed -> needed.work().accept(pid));
        }
    }

    @Override
    public Map<Integer, Descriptor> descriptors() {
        Map<Integer, Descriptor> open = new HashMap<>();
        try {
            for (Isolation mechanism : isolation) {
                mechanism.descriptors().forEach((number, opener) -> open.put(number, opener.get()));
            }
            return open;
        } catch (RuntimeException e) {
            open.values().forEach(Descriptor::close);
            throw e;
        }
    }

    private List<String> preparations() {
        List<String> all = new ArrayList<>();
        for (Isolation mechanism : isolation) {
            mechanism.preparation().ifPresent(needed -> all.add(needed.because()));
        }
        preparation.ifPresent(all::add);
        return all;
    }

    private void child(PlanBuilder plan) {
        plan.parentDeathSignal(SIGKILL).because("without its monitor nobody would tidy up after it");
        scratch.ifPresent(directory -> directory.leave(plan));
        if (waits()) {
            plan.read(fd(Launcher.CONTROL), Slot.of("go")).positive().because(String.join(", and ", preparations()));
        }
        if (session) {
            plan.setsid().because("a session of its own: signals of our terminal are not for it");
        }
        eachMechanism(plan, mechanism -> mechanism.addTo(plan));
        program.enterDirectory(plan);
        plan.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the program");
        if (init) {
            eachMechanism(plan, mechanism -> mechanism.addLast(plan));
            InitProcess.addTo(plan, program);
        } else {
            plan.unblockSignals().because("the program starts with no signal blocked");
            eachMechanism(plan, mechanism -> mechanism.addLast(plan));
            program.addTo(plan);
        }
    }

    private void eachMechanism(PlanBuilder plan, Consumer<Isolation> lines) {
        for (Isolation mechanism : isolation) {
            plan.chapter(mechanism.chapter());
            lines.accept(mechanism);
        }
        plan.chapter("");
    }
}

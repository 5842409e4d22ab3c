package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.Constants.POLLIN;
import static boxwright.kernel.Errno.EAGAIN;
import static boxwright.kernel.Errno.ECHILD;
import static boxwright.kernel.Errno.EPERM;
import static boxwright.kernel.Errno.ESRCH;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.ForegroundGroup;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.ProcessCalls.PollEntry;
import boxwright.kernel.Slot;
import java.util.List;

/**
 * A first process that is no more than that, as {@code docker run --init} has one. Number 1 inherits every process whose
 * parent ends, and has to take its wait status, or a zombie stays; and a signal without a handler does nothing to it
 * (pid_namespaces(7)). Most programs expect neither. So the program is number 2, and number 1 is the launcher: the last lines
 * of its list are a loop, which passes signals on and takes the status of whoever has ended.
 *
 * <p>The program's own status goes through a pipe to the monitor, whole: number 1 could not end by a signal, and would have
 * to say 128 + n instead.
 */
final class InitProcess {
    private static final Slot FROM_INIT = Slot.of("from_init");
    private static final Slot TO_MONITOR = Slot.of("to_monitor");
    private static final Slot PROGRAM = Slot.of("program");
    private static final Slot PROGRAM_FD = Slot.of("program_fd");
    private static final Slot SIGNALS = Slot.of("signals");
    private static final Slot SIGNAL = Slot.of("signal");
    private static final Slot ENDED = Slot.of("ended");

    private static final String NEXT = "next";
    private static final String REAP = "reap";
    /** The launcher's line that number 1 has no use for any more. */
    private static final int PIPE = Launcher.CONTROL;

    private static final long CHILD_ENDED = 1L << Constants.SIGCHLD - 1;

    private InitProcess() {}

    /** Lines of the monitor, before the container is there. */
    static void addBefore(PlanBuilder plan) {
        plan.pipe(FROM_INIT, TO_MONITOR).because("by it number 1 tells how the program ended");
    }

    /** Lines of the monitor, after number 1 has ended: the status becomes the program's, if number 1 lived to tell it. */
    static void addStatus(PlanBuilder plan, Slot status) {
        plan.read(FROM_INIT.value(), status)
                .tolerate(EAGAIN)
                .because("the program's own status, in the place of number 1's");
    }

    /** The last lines of the container's first process, all confinement in force and all signals blocked. */
    static void addTo(PlanBuilder plan, Program program) {
        plan.fork(child -> becomeProgram(child, program)).into(PROGRAM).because("the program; we stay, as number 1");
        plan.prctl(Constants.PR_SET_NAME, "PR_SET_NAME", text("init")).because("what ps shows");
        plan.dumpable(true).because("as if we were a program: exec finds the namespaces by us");
        plan.dup3(TO_MONITOR.value(), PIPE, Constants.O_CLOEXEC);
        plan.closeFrom(PIPE + 1).because("number 1 is in the container's reach: it keeps no descriptor of ours");
        plan.pidfd_open(PROGRAM).into(PROGRAM_FD).because("stands for the program, whoever gets its number later");
        plan.signalDescriptor().into(SIGNALS).because("tells that there is a signal");
        plan.close(fd(Launcher.MONITOR));
        plan.close(fd(Launcher.REPORT)).because("the set-up is told");
        loop(plan);
        plan.write(fd(PIPE), ENDED).because("that was the program: the monitor gets its status");
        plan.exit_group(0).because("and the kernel ends all others");
    }

    private static void becomeProgram(PlanBuilder plan, Program program) {
        ForegroundGroup.takeAsLater(plan); // number 1 would pass on once more what the terminal has sent to both
        plan.unblockSignals().because("the program starts with no signal blocked");
        program.addTo(plan);
    }

    private static void loop(PlanBuilder plan) {
        Argument program = PROGRAM_FD.value();
        plan.ppoll(List.of(new PollEntry(new Argument.Place(SIGNALS), POLLIN)))
                .label(NEXT)
                .because("until there is a signal");
        plan.takeSignal(~CHILD_ENDED)
                .into(SIGNAL)
                .tolerate(EAGAIN)
                .because("one for the program?")
                .otherwise(none -> {
                    none.takeSignal(CHILD_ENDED).tolerate(EAGAIN).because("no: a child has ended, which is for us");
                    none.isChild(program).into(SIGNAL).because("0, which is no signal");
                });
        plan.pidfd_send_signal(program, SIGNAL)
                .tolerate(ESRCH, EPERM)
                .because("passes it on; not where the program became somebody else's");
        plan.reap(number(-1), ENDED)
                .label(REAP)
                .atZeroBackTo(NEXT)
                .because("takes the status of any child that has ended");
        plan.isChild(program)
                .tolerate(ECHILD)
                .thenBackTo(REAP)
                .because("is the program still to be waited for? then it was another one");
    }
}

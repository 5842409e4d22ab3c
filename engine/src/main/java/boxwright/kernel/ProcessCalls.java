package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;
import static boxwright.kernel.SystemCall.CLONE;
import static boxwright.kernel.SystemCall.CLONE3;
import static boxwright.kernel.SystemCall.EXECVE;
import static boxwright.kernel.SystemCall.EXIT_GROUP;
import static boxwright.kernel.SystemCall.PIDFD_OPEN;
import static boxwright.kernel.SystemCall.PIDFD_SEND_SIGNAL;
import static boxwright.kernel.SystemCall.PPOLL;
import static boxwright.kernel.SystemCall.PRCTL;
import static boxwright.kernel.SystemCall.RT_SIGPROCMASK;
import static boxwright.kernel.SystemCall.RT_SIGTIMEDWAIT;
import static boxwright.kernel.SystemCall.SETDOMAINNAME;
import static boxwright.kernel.SystemCall.SETHOSTNAME;
import static boxwright.kernel.SystemCall.SETNS;
import static boxwright.kernel.SystemCall.SETPGID;
import static boxwright.kernel.SystemCall.SETSID;
import static boxwright.kernel.SystemCall.SIGNALFD4;
import static boxwright.kernel.SystemCall.UNSHARE;
import static boxwright.kernel.SystemCall.WAIT4;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The calls of a plan that make, join, watch and end processes and their namespaces. */
public interface ProcessCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /** A call that returns twice; {@code child} is what the second process does, and it never returns. */
    Line clone(SystemCall systemCall, Consumer<PlanBuilder> child, Argument... arguments);

    /**
     * clone3(2): a new process, in new namespaces where {@code flags} has {@code CLONE_NEW…}. The result is its pid.
     *
     * @param flags {@code CLONE_…}; {@code CLONE_PIDFD} is added. With {@code CLONE_PARENT} the new process is a child of
     *     our parent: it may outlive us, and its parent can wait for it
     * @param pidfd takes a descriptor of the new process, see pidfd_open(2)
     */
    // tag::clone3[]
    default Line clone3(long flags, Slot pidfd, Consumer<PlanBuilder> child) {
        Argument.Struct arguments = new Argument.Struct(cloneArguments(flags, pidfd));
        return clone(CLONE3, child, arguments, number(arguments.size()));
    }

    /**
     * clone3(2) with {@code CLONE_INTO_CGROUP}: the new process is born in another cgroup of version 2. Nothing moves: to
     * move a process afterwards, the kernel makes all others wait that fork or end meanwhile, some milliseconds.
     *
     * @param cgroup a slot that has a descriptor of the cgroup's directory, and is in no other struct
     */
    default Line clone3(long flags, Slot pidfd, Slot cgroup, Consumer<PlanBuilder> child) {
        List<Argument.Field> fields = cloneArguments(flags | Constants.CLONE_INTO_CGROUP, pidfd);
        fields.add(field("set_tid", 8, 0));
        fields.add(field("set_tid_size", 8, 0));
        fields.add(field("cgroup", 8, new Argument.Place(cgroup)));
        Argument.Struct arguments = new Argument.Struct(fields);
        return clone(CLONE3, child, arguments, number(arguments.size()));
    }

    private static List<Argument.Field> cloneArguments(long flags, Slot pidfd) {
        boolean isSibling = (flags & Constants.CLONE_PARENT) != 0;
        return new ArrayList<>(List.of(
                field("flags", 8, number(flags | Constants.CLONE_PIDFD, Notation.CLONE)),
                field("pidfd", 8, pidfd.address()),
                field("child_tid", 8, 0),
                field("parent_tid", 8, 0),
                field("exit_signal", 8, isSibling ? NULL : number(Constants.SIGCHLD, Notation.SIGNAL)),
                field("stack", 8, 0),
                field("stack_size", 8, 0),
                field("tls", 8, 0)));
    }

    // end::clone3[]

    /** clone(2) as fork(2) would: a new process in the namespaces of this one. The result is its pid. */
    default Line fork(Consumer<PlanBuilder> child) {
        return clone(CLONE, child, number(Constants.SIGCHLD, Notation.SIGNAL), NULL, NULL, NULL, number(0));
    }

    /**
     * clone(2) with {@code CLONE_PARENT}: a new process whose parent is that of this one. The result is its pid. (clone3
     * would do the same, but the seccomp filters of containers know no arguments of it, and forbid it.)
     */
    default Line sibling(Consumer<PlanBuilder> child) {
        Argument flags = number(Constants.CLONE_PARENT | Constants.SIGCHLD, Notation.name("CLONE_PARENT|SIGCHLD"));
        return clone(CLONE, child, flags, NULL, NULL, NULL, number(0));
    }

    /** unshare(2): this process itself moves into new namespaces. */
    default Line unshare(long flags) {
        return call(UNSHARE, number(flags, Notation.CLONE));
    }

    /**
     * setns(2): this process joins namespaces of another one.
     *
     * @param descriptor a pidfd, or an open {@code /proc/PID/ns/…}
     * @param flags which namespaces, {@code CLONE_NEW…}
     */
    default Line setns(Argument descriptor, long flags) {
        return call(SETNS, descriptor, number(flags, Notation.CLONE));
    }

    /** pidfd_open(2): a descriptor that stands for a process, and never for another one that got its number. */
    default Line pidfd_open(long pid) {
        return call(PIDFD_OPEN, number(pid), number(0));
    }

    /** pidfd_open(2) of a process whose number an earlier call has given. */
    default Line pidfd_open(Slot pid) {
        return call(PIDFD_OPEN, pid.value(), number(0));
    }

    /** pidfd_send_signal(2). */
    default Line pidfd_send_signal(Argument pidfd, int signal) {
        return call(PIDFD_SEND_SIGNAL, pidfd, number(signal, Notation.SIGNAL), NULL, number(0));
    }

    /** pidfd_send_signal(2) of a signal that an earlier call has given; 0 is none, and only asks whether there is the process. */
    default Line pidfd_send_signal(Argument pidfd, Slot signal) {
        return call(PIDFD_SEND_SIGNAL, pidfd, signal.value(), NULL, number(0));
    }

    /**
     * signalfd4(2): a descriptor that is readable when this process has got a blocked signal. Nothing is taken by it: see
     * {@link #takeSignal}.
     */
    default Line signalDescriptor() {
        Argument.Word set = new Argument.Word(8, new Argument.Literal(-1, Notation.SIGNALS));
        return call(
                SIGNALFD4,
                number(-1),
                set,
                number(set.size()),
                number(Constants.O_CLOEXEC, Notation.name("SFD_CLOEXEC")));
    }

    /**
     * rt_sigtimedwait(2), see sigtimedwait(2), without waiting: takes a blocked signal that this process has got. Fails with
     * EAGAIN when there is none.
     *
     * @param signals a bit for each: the one of signal N is {@code 1L << N - 1}
     */
    default Line takeSignal(long signals) {
        Argument.Word set = new Argument.Word(8, new Argument.Literal(signals, Notation.SIGNALS));
        Argument.Struct now = new Argument.Struct(List.of(field("tv_sec", 8, 0), field("tv_nsec", 8, 0)));
        return call(RT_SIGTIMEDWAIT, set, NULL, now, number(set.size()));
    }

    /** setpgid(2): this process leads a group of its own, which has its number. */
    default Line ownProcessGroup() {
        return call(SETPGID, number(0), number(0));
    }

    /** setsid(2): a new session, without a controlling terminal. */
    default Line setsid() {
        return call(SETSID);
    }

    /** sigprocmask(2): blocks all signals that can be blocked. */
    default Line blockSignals() {
        return signalMask(-1);
    }

    /** sigprocmask(2): blocks none. */
    default Line unblockSignals() {
        return signalMask(0);
    }

    private Line signalMask(long signals) {
        Argument.Word set = new Argument.Word(8, new Argument.Literal(signals, Notation.SIGNALS));
        return call(
                RT_SIGPROCMASK,
                number(Constants.SIG_SETMASK, Notation.name("SIG_SETMASK")),
                set,
                NULL,
                number(set.size()));
    }

    /** prctl(2) {@code PR_SET_PDEATHSIG}: the signal that this process gets when its parent dies. */
    default Line parentDeathSignal(int signal) {
        return call(
                PRCTL,
                number(Constants.PR_SET_PDEATHSIG, Notation.name("PR_SET_PDEATHSIG")),
                number(signal, Notation.SIGNAL));
    }

    /** prctl(2) {@code PR_SET_PDEATHSIG}: its parent's death is nothing to this process. */
    default Line noParentDeathSignal() {
        return call(PRCTL, number(Constants.PR_SET_PDEATHSIG, Notation.name("PR_SET_PDEATHSIG")), number(0));
    }

    /**
     * prctl(2) {@code PR_SET_DUMPABLE}: whether the files of {@code /proc/PID} belong to the user of this process, who may
     * then look into it; else to root.
     */
    default Line dumpable(boolean whether) {
        return call(
                PRCTL,
                number(Constants.PR_SET_DUMPABLE, Notation.name("PR_SET_DUMPABLE")),
                whether ? number(1, Notation.name("SUID_DUMP_USER")) : number(0, Notation.name("SUID_DUMP_DISABLE")));
    }

    /** sethostname(2). */
    default Line sethostname(String name) {
        return call(SETHOSTNAME, text(name), number(name.getBytes(StandardCharsets.UTF_8).length));
    }

    /** setdomainname(2). */
    default Line setdomainname(String name) {
        return call(SETDOMAINNAME, text(name), number(name.getBytes(StandardCharsets.UTF_8).length));
    }

    /** execve(2): this process becomes another program. Returns only when it fails. */
    default Line execve(String path, List<String> argv, List<String> environment) {
        return call(EXECVE, text(path), new Argument.Texts(argv), new Argument.Texts(environment));
    }

    /** exit_group(2). */
    default Line exit_group(int status) {
        return call(EXIT_GROUP, number(status));
    }

    /**
     * wait4(2): waits until a child has ended.
     *
     * @param status takes the wait status, as {@code W…} macros read it
     */
    default Line wait4(Argument pid, Slot status) {
        return call(WAIT4, pid, status.address(), number(0), NULL);
    }

    /**
     * wait4(2) with {@code WNOHANG}: takes the wait status of a child that has ended, if there is one. The result is its pid, or
     * 0 when all live on.
     */
    default Line reap(Argument pid, Slot status) {
        return call(WAIT4, pid, status.address(), number(Constants.WNOHANG, Notation.name("WNOHANG")), NULL);
    }

    /** waitid(2) of a pidfd, without waiting or taking anything: 0 if it is our child, ended or not, else ECHILD. */
    default Line isChild(Argument pidfd) {
        return call(
                SystemCall.WAITID,
                number(Constants.P_PIDFD, Notation.name("P_PIDFD")),
                pidfd,
                NULL,
                number(
                        Constants.WEXITED | Constants.WNOHANG | Constants.WNOWAIT,
                        Notation.name("WEXITED|WNOHANG|WNOWAIT")),
                NULL);
    }

    /** getpid(2), as this process's PID namespace counts. */
    default Line getpid() {
        return call(SystemCall.GETPID);
    }

    /**
     * write(2) of a wait status as a report on {@link Launcher#MONITOR}, which {@link Launch#await} returns.
     *
     * @param status filled by {@link #wait4}; it lives inside the record
     */
    default Line reportStatus(Slot status) {
        Argument.Struct record = new Argument.Struct(List.of(
                field("instruction", 8, 0),
                field("status", 4, new Argument.Place(status)),
                field("padding", 4, 0),
                field("before", 8, 0),
                field("before_nsec", 8, 0),
                field("after", 8, 0),
                field("after_nsec", 8, 0)));
        return call(SystemCall.WRITE, Argument.fd(Launcher.MONITOR), record, number(record.size()));
    }

    /**
     * ppoll(2) without a time limit: waits until a descriptor has one of its events. {@code POLLHUP} is an event always.
     */
    default Line ppoll(List<PollEntry> entries) {
        List<Argument.Struct> polled = new ArrayList<>();
        for (PollEntry entry : entries) {
            polled.add(new Argument.Struct(List.of(
                    field("fd", 4, entry.descriptor()),
                    field("events", 2, number(entry.events(), Notation.POLL)),
                    field("revents", 2, 0))));
        }
        return call(PPOLL, new Argument.Array(polled), number(entries.size()), NULL, NULL, number(8));
    }

    /** ppoll(2) on nothing: waits for a time. */
    default Line pause(int milliseconds) {
        Argument.Struct time = new Argument.Struct(List.of(
                field("tv_sec", 8, milliseconds / 1000), field("tv_nsec", 8, milliseconds % 1000 * 1_000_000L)));
        return call(PPOLL, NULL, number(0), time, NULL, number(8));
    }

    /**
     * ppoll(2) of one descriptor. The result is 0 when the time is over; see {@link Line#positive}.
     *
     * @param seconds how long it waits
     */
    default Line ppoll(PollEntry entry, long seconds) {
        Argument.Struct polled = new Argument.Struct(List.of(
                field("fd", 4, entry.descriptor()),
                field("events", 2, number(entry.events(), Notation.POLL)),
                field("revents", 2, 0)));
        Argument.Struct time = new Argument.Struct(List.of(field("tv_sec", 8, seconds), field("tv_nsec", 8, 0)));
        return call(PPOLL, new Argument.Array(List.of(polled)), number(1), time, NULL, number(8));
    }

    /**
     * Fails with EINVAL unless a slot holds 0, such as the wait status of a program that was successful. There is no system
     * call for that; dup3(2) is one whose last argument must be 0 or one certain value that no wait status has.
     */
    default Line requireZero(Slot slot, int anyDescriptor, int unusedDescriptor) {
        return call(SystemCall.DUP3, Argument.fd(anyDescriptor), Argument.fd(unusedDescriptor), slot.value());
    }

    /** A {@code struct pollfd}: a descriptor (a literal, or the {@link Argument.Place} of a slot) and its events. */
    record PollEntry(Argument descriptor, long events) {}
}

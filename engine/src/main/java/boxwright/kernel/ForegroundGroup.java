package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The process group that a terminal's keys (Ctrl-C, Ctrl-Z) go to, and that may read from it; tcsetpgrp(3), and "Process
 * groups" in credentials(7). A shell gives a terminal to a job in this way.
 *
 * @param terminal the terminal
 */
public record ForegroundGroup(Terminal terminal) {
    private static final long TIOCGPGRP = 0x540f;
    private static final long TIOCSPGRP = 0x5410;

    /** Whether this JVM is in that group, so that the terminal is its to give away. */
    public boolean isOurs() {
        byte[] group = new byte[Integer.BYTES];
        long result = terminal.descriptor().ioctl(TIOCGPGRP, group);
        return result == 0
                && ByteBuffer.wrap(group).order(ByteOrder.LITTLE_ENDIAN).getInt() == ourGroup();
    }

    /**
     * Gives the terminal to a group of this session. Does nothing where that is not possible any more. A caller in the
     * background ignores {@code SIGTTOU}, or is stopped by it.
     */
    public void give(int group) {
        byte[] number = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(group)
                .array();
        terminal.descriptor().ioctl(TIOCSPGRP, number);
    }

    /** The process group of this JVM. */
    public static int ourGroup() {
        return Descriptor.check("getpgid(0)", Libc.syscall(SystemCall.GETPGID, 0));
    }

    /** Moves this JVM into a group of its session, setpgid(2). Does nothing where there is no such group any more. */
    public static void join(int group) {
        Libc.syscall(SystemCall.SETPGID, 0, group);
    }

    /**
     * Lines of a plan: the new process leads a group of its own, which has the terminal from now on. It is the first of
     * its PID namespace: that is why its group has the number 1. Signals are blocked, so {@code SIGTTOU} stops nobody.
     */
    public static void take(PlanBuilder plan) {
        plan.ownProcessGroup().because("a process group of its own: the one that we started in has no number in here");
        give(plan, new Argument.Struct(List.of(Argument.field("pgrp", 4, 1))));
    }

    /** The same for a process that is not the first, whose number it has to ask for. */
    public static void takeAsLater(PlanBuilder plan) {
        Slot group = Slot.of("group");
        plan.ownProcessGroup().because("what the terminal sends is for this process, and not for its parent");
        plan.getpid().into(group);
        give(plan, group.address());
    }

    private static void give(PlanBuilder plan, Argument group) {
        plan.ioctl(Argument.fd(0), TIOCSPGRP, "TIOCSPGRP", group)
                .tolerate(Errno.ENOTTY, Errno.EPERM)
                .because("the terminal is for this group: job control works inside");
    }
}

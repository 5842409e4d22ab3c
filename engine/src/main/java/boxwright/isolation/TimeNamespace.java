package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import java.util.List;

/**
 * Clocks of its own; time_namespaces(7): the one that runs since the boot and the one that counts standby too. The clock
 * on the wall, {@code CLOCK_REALTIME}, is the same for all. A container that was moved here from another machine goes on
 * with the uptime that it had there.
 *
 * <p>The offsets are written between the making of the namespace and its first process, so {@code clone3} is no way to
 * make it: {@code unshare} makes one for children. The children of the monitor, if we are root; else the first process
 * makes it for itself, and comes to be in it by {@code execve}, since Linux 6.2.
 *
 * @param offsets of the clocks, each at most once
 * @param byMonitor whether the monitor makes it; in a {@link UserNamespace} of an ordinary user it cannot
 */
public record TimeNamespace(List<ClockOffset> offsets, boolean byMonitor) implements Isolation {
    public TimeNamespace {
        offsets = List.copyOf(offsets);
    }

    @Override
    public String chapter() {
        return "";
    }

    @Override
    public void addBefore(PlanBuilder plan) {
        if (byMonitor) {
            make(plan);
        }
    }

    @Override
    public void addTo(PlanBuilder plan) {
        if (!byMonitor) {
            make(plan);
        }
    }

    private void make(PlanBuilder plan) {
        plan.unshare(Constants.CLONE_NEWTIME).because("clocks of their own for the processes to come");
        if (offsets.isEmpty()) {
            return; // The kernel refuses to be told nothing.
        }
        StringBuilder lines = new StringBuilder();
        for (ClockOffset offset : offsets) {
            lines.append(lines.isEmpty() ? "" : "\n").append(offset.line());
        }
        plan.writeFile("/proc/self/timens_offsets", lines.toString())
                .because("seconds and nanoseconds, beside the machine's own clocks");
    }
}

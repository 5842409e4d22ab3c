package boxwright.isolation;

import boxwright.kernel.PlanBuilder;

/**
 * Volumes inside of {@code /proc}, {@code /sys} and {@code /dev}. They come after everything that is mounted, made or
 * opened there, the terminal of {@link Console} and the cgroups among it: else a volume over {@code /dev} would decide
 * what {@code /dev/null} is when it is used as a mask (CVE-2025-31133), or {@code /dev/console} (CVE-2025-52565).
 *
 * @param volumes all of the container
 */
public record LateVolumes(Volumes volumes) implements Isolation {
    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        plan.umask(0);
        volumes.attach(plan, true);
        plan.chdir("/");
        plan.umask(022);
    }
}

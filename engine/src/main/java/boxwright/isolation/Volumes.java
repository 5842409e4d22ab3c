package boxwright.isolation;

import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that is mounted into a container's tree, beside its root and the kernel's file systems.
 *
 * <p>When it is mounted decides where it can end up. A volume for {@code /data} goes where the image's {@code /data}
 * leads, and the image may have a link there to {@code /proc}, {@code /sys} or {@code /dev}. A volume over the
 * {@code /proc} that we write security labels to would take them (CVE-2019-16884, CVE-2025-52881); one over {@code /dev}
 * would give us its own {@code null} to mask with (CVE-2025-31133). So the volumes are mounted before these three are: at
 * that moment such a link leads to a plain directory of the image, and what lies on it is covered afterwards. Only a
 * volume that was asked for <i>by name</i> inside of them is mounted after them, see {@link LateVolumes}, and then no link
 * is followed at all.
 *
 * @param all in any order
 */
public record Volumes(List<Volume> all) {
    /**
     * Files of {@code /proc} that may be covered, by a file that shows the container's own numbers (lxcfs does). runc
     * allows the same ones, and no other: {@code checkProcMount}.
     */
    public static final List<String> NUMBERS = List.of(
            "/proc/cpuinfo",
            "/proc/diskstats",
            "/proc/loadavg",
            "/proc/meminfo",
            "/proc/slabinfo",
            "/proc/stat",
            "/proc/swaps",
            "/proc/uptime");

    /** Outer ones come before those that lie inside of them. */
    public Volumes {
        if (all.size() > 1) {
            List<Volume> sorted = new ArrayList<>(all);
            sorted.sort(Comparator.comparingInt(Volumes::depth));
            all = sorted;
        }
        all = List.copyOf(all);
    }

    /** No volume. */
    public static Volumes none() {
        return new Volumes(List.of());
    }

    private static int depth(Volume volume) {
        int depth = 0;
        for (int i = 0; i < volume.target().length(); i++) {
            depth += volume.target().charAt(i) == '/' ? 1 : 0;
        }
        return depth;
    }

    /**
     * The lines that open the sources on the host.
     *
     * @param propagating those that need the host's mounts to propagate still, or the others
     * @param owner whose a directory becomes that is made for a volume of ours; empty for whoever makes it
     */
    void open(PlanBuilder plan, boolean propagating, OptionalLong owner) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).propagates() == propagating) {
                all.get(i).open(plan, tree(i), owner);
            }
        }
    }

    /**
     * The lines that mount them.
     *
     * @param onKernelFilesystems those that lie on one, or the others
     */
    void attach(PlanBuilder plan, boolean onKernelFilesystems) {
        for (int i = 0; i < all.size(); i++) {
            Volume volume = all.get(i);
            if (isOnKernelFilesystem(volume.target()) == onKernelFilesystems) {
                ContainerPath place = onKernelFilesystems
                        ? ContainerPath.withoutLinks(volume.target())
                        : ContainerPath.of(volume.target());
                volume.attach(plan, tree(i), place);
            }
        }
    }

    /** What mounts those that lie on one of the kernel's file systems; empty where there are none. */
    public Optional<LateVolumes> late() {
        for (Volume volume : all) {
            if (isOnKernelFilesystem(volume.target())) {
                return Optional.of(new LateVolumes(this));
            }
        }
        return Optional.empty();
    }

    private static boolean isOnKernelFilesystem(String target) {
        return isAtOrBelow(target, "/proc") || isAtOrBelow(target, "/sys") || isAtOrBelow(target, "/dev");
    }

    /** Whether a clean path is a directory or lies in it. */
    public static boolean isAtOrBelow(String path, String directory) {
        return path.equals(directory) || path.startsWith(directory + "/");
    }

    private static Slot tree(int index) {
        return Slot.of("volume" + (index + 1));
    }
}

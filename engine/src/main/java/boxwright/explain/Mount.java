package boxwright.explain;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mount as a process of the plan has it.
 *
 * @param point where it is, a path in the mount namespace
 * @param kind the type of its file system
 * @param source what {@code /proc/self/mountinfo} shows as source, or the directory of a bind mount
 * @param options of the mount itself, {@code ro}, {@code noexec}
 * @param details options of the file system, {@code lowerdir=…}
 * @param shared whether mounts below it propagate
 * @param made whether the plan made it
 * @param under the directories of the live system that one sees through it, the first above the others
 */
record Mount(
        String point,
        String kind,
        String source,
        Set<String> options,
        String details,
        boolean shared,
        boolean made,
        List<String> under) {
    /**
     * A line of {@code /proc/self/mountinfo}: id, parent, device, root, point, options, optional fields, a dash, type,
     * source, details; proc_pid_mountinfo(5).
     */
    static Optional<Mount> read(String line) {
        List<String> fields = List.of(line.split(" "));
        int dash = fields.indexOf("-");
        if (dash < 6 || fields.size() < dash + 4) {
            return Optional.empty();
        }
        boolean shared = fields.subList(6, dash).stream().anyMatch(field -> field.startsWith("shared:"));
        String point = unescaped(fields.get(4));
        return Optional.of(new Mount(
                point,
                fields.get(dash + 1),
                unescaped(fields.get(dash + 2)),
                Set.of(fields.get(5).split(",")),
                unescaped(fields.get(dash + 3)),
                shared,
                false,
                List.of(point)));
    }

    /** Space, tab, line feed and backslash are written in octal. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    Mount withShared(boolean value) {
        return new Mount(point, kind, source, options, details, value, made, under);
    }

    Mount withOptions(Set<String> changed) {
        return new Mount(point, kind, source, changed, details, shared, true, under);
    }

    /** Whether a path is at or below the point of this mount. */
    boolean covers(String path) {
        return Paths.isAtOrBelow(path, point);
    }

    @Override
    public String toString() {
        return kind + " on " + point;
    }
}

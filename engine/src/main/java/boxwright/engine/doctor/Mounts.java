package boxwright.engine.doctor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted, from {@code /proc/self/mountinfo}; proc_pid_mountinfo(5).
 *
 * @param all in the order of mounting: a later one hides an earlier one on the same point
 */
record Mounts(List<Mount> all) {
    /**
     * A line of the table.
     *
     * @param point where it is mounted
     * @param options of the mount, such as {@code rw,relatime}
     * @param propagation the optional fields, such as {@code shared:1}; empty for a private mount
     * @param type of the file system
     * @param superOptions of the file system
     */
    record Mount(Path point, String options, String propagation, String type, String superOptions) {
        /** Whether nothing can be written through it. */
        boolean isReadOnly() {
            return has(options, "ro") || has(superOptions, "ro");
        }

        /** Whether one of its file system's options is this one. */
        boolean hasSuperOption(String option) {
            return has(superOptions, option);
        }

        private static boolean has(String options, String option) {
            return List.of(options.split(",")).contains(option);
        }
    }

    static Mounts of(Host host) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : host.lines("/proc/self/mountinfo")) {
            int dash = line.indexOf(" - ");
            String[] left = dash < 0 ? new String[0] : line.substring(0, dash).split(" ");
            String[] right = dash < 0 ? new String[0] : line.substring(dash + 3).split(" ");
            if (left.length >= 6 && right.length >= 3) {
                String propagation = String.join(" ", List.of(left).subList(6, left.length));
                mounts.add(new Mount(Path.of(unescaped(left[4])), left[5], propagation, right[0], right[2]));
            }
        }
        return new Mounts(List.copyOf(mounts));
    }

    /** The mount that a path lies on. */
    Optional<Mount> under(Path path) {
        Optional<Mount> best = Optional.empty();
        for (Mount mount : all) {
            int depth = best.map(found -> found.point().getNameCount()).orElse(-1);
            if (path.startsWith(mount.point()) && mount.point().getNameCount() >= depth) {
                best = Optional.of(mount);
            }
        }
        return best;
    }

    /** The mounts of a type. */
    List<Mount> ofType(String type) {
        return all.stream().filter(mount -> mount.type().equals(type)).toList();
    }

    /** The last mount on exactly this point. */
    Optional<Mount> on(String point) {
        return all.stream()
                .filter(mount -> mount.point().toString().equals(point))
                .reduce((first, second) -> second);
    }

    /** Blanks and backslashes are in octal: {@code \040}. */
    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean octal = text.charAt(i) == '\\' && i + 3 < text.length();
            plain.append(octal ? (char) Integer.parseInt(text.substring(i + 1, i + 4), 8) : text.charAt(i));
            i += octal ? 3 : 0;
        }
        return plain.toString();
    }
}

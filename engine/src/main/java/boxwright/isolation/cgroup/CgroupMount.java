package boxwright.isolation.cgroup;

import java.nio.file.Path;
import java.util.List;

/**
 * A line of {@code /proc/self/mountinfo} with a hierarchy of cgroups; proc_pid_mountinfo(5).
 *
 * @param top the group that is mounted, {@code /} where it is the whole tree
 * @param point where it is mounted
 * @param type {@code cgroup} or {@code cgroup2}
 * @param options of the file system, which name the controllers
 */
record CgroupMount(String top, Path point, String type, String options, boolean readOnly) {
    private static final String TYPE = " - cgroup";

    static void add(String line, List<CgroupMount> mounts) {
        int dash = line.indexOf(TYPE);
        if (dash < 0) {
            return;
        }
        // ID, parent, device, top, point, options; behind the dash type, source, options of the file system.
        String[] left = line.substring(0, dash).split(" ");
        String[] right = line.substring(dash + 3).split(" ");
        if (left.length >= 6 && right.length >= 3) {
            boolean readOnly = has(left[5], "ro") || has(right[2], "ro");
            mounts.add(new CgroupMount(unescaped(left[3]), Path.of(unescaped(left[4])), right[0], right[2], readOnly));
        }
    }

    boolean hasOption(String option) {
        return has(options, option);
    }

    private static boolean has(String options, String option) {
        return ("," + options + ",").contains("," + option + ",");
    }

    /**
     * Where a group lies.
     *
     * @param path as {@code /proc/self/cgroup} has it. In a cgroup namespace it may begin with {@code /..}, and then it is
     *     not below the mount
     */
    Path directory(String path) {
        String below = path;
        if (!top.equals("/")) {
            boolean inside = path.equals(top) || path.startsWith(top + "/");
            below = inside ? path.substring(top.length()) : "";
        }
        return below.length() < 2 || below.startsWith("/..") ? point : point.resolve(below.substring(1));
    }

    /** Blanks and backslashes are in octal: {@code \040}. systemd's names have backslashes. */
    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean octal = text.charAt(i) == '\\' && i + 3 < text.length();
            plain.append(octal ? (char) Integer.parseInt(text.substring(i + 1, i + 4), 8) : text.charAt(i));
            i += octal ? 3 : 0;
        }
        return plain.toString();
    }
}

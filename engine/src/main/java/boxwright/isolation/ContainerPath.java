package boxwright.isolation;

import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Constants.RESOLVE_NO_MAGICLINKS;
import static boxwright.kernel.Constants.RESOLVE_NO_SYMLINKS;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A path that is opened in the container, and nowhere else, whatever the image has put on the way. After
 * {@code pivot_root} neither {@code ..} nor a symbolic link leads out of the new root. But the magic links of proc(5)
 * do: {@code /proc/PID/root}, {@code cwd} and {@code fd/N} are not paths that are walked again, they <i>are</i> the file,
 * wherever it lies. A link to one of them in the place of a directory that we go to was CVE-2024-21626; so openat2(2) is
 * told not to take any.
 *
 * <p>The result is a descriptor, and what follows is done with that: between looking and doing nobody can change the way
 * (CVE-2021-30465).
 *
 * @param path absolute and {@linkplain #clean clean}
 * @param resolve {@code RESOLVE_…}
 */
public record ContainerPath(String path, long resolve) {
    /** A path whose symbolic links are followed inside the container. */
    public static ContainerPath of(String path) {
        return new ContainerPath(clean(path), RESOLVE_NO_MAGICLINKS);
    }

    /** A path on which no symbolic link is followed at all: it fails with ELOOP where there is one. */
    public static ContainerPath withoutLinks(String path) {
        return new ContainerPath(clean(path), RESOLVE_NO_SYMLINKS);
    }

    /** An absolute path without {@code .}, {@code ..}, double slashes and a slash at its end; as words, not as files. */
    public static String clean(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    /** The line that opens it, to be pointed to only ({@code O_PATH}), and keeps the descriptor. */
    public Line open(PlanBuilder plan, Slot descriptor) {
        return plan.openat2(path, O_PATH, resolve).into(descriptor);
    }

    /**
     * The lines that open it, and make what is missing of it.
     *
     * @param directory whether its last component is made as a directory; else as an empty file
     * @param because what it is for, a phrase
     */
    public void openOrMake(PlanBuilder plan, Slot descriptor, boolean directory, String because) {
        open(plan, descriptor).tolerate(ENOENT).because(because).otherwise(missing -> {
            make(missing, directory);
            open(missing, descriptor);
        });
    }

    /** Each parent is opened in the same guarded way: mkdirat(2) itself would take a magic link on its way. */
    private void make(PlanBuilder plan, boolean directory) {
        Slot parent = Slot.of("parent");
        List<String> ways = ways();
        for (int i = 0; i < ways.size(); i++) {
            String way = ways.get(i);
            boolean file = !directory && i == ways.size() - 1;
            Line line;
            if (i == 0) {
                line = file ? plan.createFile(way, 0644) : plan.mkdir(way, 0755);
            } else {
                new ContainerPath(ways.get(i - 1), resolve).open(plan, parent);
                String name = way.substring(way.lastIndexOf('/') + 1);
                line = file ? plan.createFile(parent.value(), name, 0644) : plan.mkdir(parent.value(), name, 0755);
            }
            line.tolerate(EEXIST);
        }
    }

    /** {@code /a}, {@code /a/b}, {@code /a/b/c}. */
    private List<String> ways() {
        List<String> ways = new ArrayList<>();
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            ways.add(path.substring(0, slash));
        }
        ways.add(path);
        return ways;
    }
}

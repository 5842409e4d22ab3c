package boxwright.isolation;

import static boxwright.kernel.Constants.O_PATH;
import static boxwright.kernel.Errno.EEXIST;
import static boxwright.kernel.Errno.ENOENT;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Line;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.ArrayList;
import java.util.List;

/**
 * A path below a directory that is not our root yet: the tree of a container before {@code pivot_root}. openat2(2) takes
 * that directory for the root while it walks, {@code RESOLVE_IN_ROOT}: neither {@code ..} nor a symbolic link nor a magic
 * link of proc(5) leads out of it, whatever the image has put there and whoever changes it meanwhile.
 *
 * @param path without a slash at its beginning, {@code ""} for the directory itself
 * @param links whether symbolic links are followed; where not, one is an error (ELOOP)
 */
public record TreePath(String path, boolean links) {
    /** Has the directory. */
    static final Slot ROOT = Slot.of("root");

    private static final Slot PARENT = Slot.of("parent");

    /** The line that opens it, to be pointed to only ({@code O_PATH}). */
    Line open(PlanBuilder plan, Slot descriptor) {
        return open(plan, path, descriptor);
    }

    private Line open(PlanBuilder plan, String way, Slot descriptor) {
        long resolve = Constants.RESOLVE_IN_ROOT | (links ? 0 : Constants.RESOLVE_NO_SYMLINKS);
        return plan.openat2(ROOT.value(), way.isEmpty() ? "." : way, O_PATH | Constants.O_CLOEXEC, resolve)
                .into(descriptor);
    }

    /**
     * The lines that open it, and make what is missing of it.
     *
     * @param directory whether its last component is made as a directory; else as an empty file
     * @param because what it is for, a phrase
     */
    void openOrMake(PlanBuilder plan, Slot descriptor, boolean directory, String because) {
        open(plan, descriptor).tolerate(ENOENT).because(because).otherwise(missing -> {
            make(missing, directory);
            open(missing, descriptor);
        });
    }

    /** Each parent is opened in the same guarded way: mkdirat(2) itself would follow a link on its way. */
    private void make(PlanBuilder plan, boolean directory) {
        List<String> ways = ways();
        for (int i = 0; i < ways.size(); i++) {
            String way = ways.get(i);
            Argument parent = ROOT.value();
            if (i > 0) {
                open(plan, ways.get(i - 1), PARENT);
                parent = PARENT.value();
            }
            String name = way.substring(way.lastIndexOf('/') + 1);
            boolean file = !directory && i == ways.size() - 1;
            Line line = file ? plan.createFile(parent, name, 0644) : plan.mkdir(parent, name, 0755);
            line.tolerate(EEXIST);
        }
    }

    /** {@code a}, {@code a/b}, {@code a/b/c}. */
    private List<String> ways() {
        List<String> ways = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            ways.add(path.substring(0, slash));
        }
        ways.add(path);
        return ways;
    }

    /** The directory that it lies in. */
    TreePath parent() {
        int slash = path.lastIndexOf('/');
        return new TreePath(slash < 0 ? "" : path.substring(0, slash), links);
    }

    /** Its last component. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}

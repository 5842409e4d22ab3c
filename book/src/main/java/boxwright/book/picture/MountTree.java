package boxwright.book.picture;

import boxwright.book.BookException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The mounts of a process as a tree, from a {@code /proc/…/mountinfo}; proc_pid_mountinfo(5). */
public final class MountTree {
    private static final Pattern MOUNT =
            Pattern.compile("(\\S+) (\\S+) \\S+:\\S+ (\\S+) (\\S+) (\\S+)(?: (?!- )\\S+)* - (\\S+) (\\S+).*");
    private static final int WIDTH = 520;
    private static final int ROW = 30;
    private static final int TOP = 16;

    private record Mount(String id, String parent, String root, String point, String options, String type) {}

    private MountTree() {}

    /** Draws the tree. */
    public static Drawing of(List<String> printed) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : printed) {
            Matcher mount = MOUNT.matcher(line);
            if (mount.matches()) {
                mounts.add(new Mount(
                        mount.group(1),
                        mount.group(2),
                        mount.group(3),
                        mount.group(4),
                        mount.group(5),
                        mount.group(6)));
            }
        }
        if (mounts.isEmpty()) {
            throw new BookException("the block should print a /proc/…/mountinfo");
        }
        StringBuilder rows = new StringBuilder();
        List<Mount> drawn = new ArrayList<>();
        for (Mount mount : mounts) {
            boolean top = mounts.stream().noneMatch(other -> other.id().equals(mount.parent()) && other != mount);
            if (top) {
                draw(mount, 0, mounts, drawn, rows);
            }
        }
        int height = TOP * 2 + drawn.size() * ROW;
        String svg = LiveStyle.head(WIDTH, height, "Mounts") + rows + "</svg>\n";
        return new Drawing(
                svg,
                "The mount tree: "
                        + String.join(", ", drawn.stream().map(Mount::point).toList()));
    }

    private static void draw(Mount mount, int depth, List<Mount> all, List<Mount> drawn, StringBuilder svg) {
        int y = TOP + drawn.size() * ROW;
        int x = 16 + depth * 24;
        drawn.add(mount);
        svg.append(Svg.format("<circle class='dot' cx='%d' cy='%d' r='4'/>", x, y + 15));
        svg.append(Svg.format("<text class='code' x='%d' y='%d'>%s</text>", x + 14, y + 20, Svg.text(mount.point())));
        String from = mount.root().equals("/") ? "" : " (its " + mount.root() + ")";
        String how = mount.options().startsWith("ro") ? ", read-only" : "";
        svg.append(Svg.format(
                "<text class='quiet end' x='%d' y='%d'>%s</text>\n",
                WIDTH - 8, y + 20, Svg.text(mount.type() + from + how)));
        for (Mount child : all) {
            if (child.parent().equals(mount.id()) && child != mount) {
                int below = TOP + drawn.size() * ROW;
                svg.append(Svg.format("<path class='line' d='M%d %d V%d H%d'/>", x, y + 21, below + 15, x + 22));
                draw(child, depth + 1, all, drawn, svg);
            }
        }
    }
}

package boxwright.book.check;

import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.weave.MacroUse;
import boxwright.book.weave.SourceList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which files have to be on a page, all their lines, and which are: the scripts of the steps, and the classes of isolation.
 * What belongs to a chapter that is not in the book yet has time until it is.
 *
 * @param covered the files that are on a page
 * @param missing that should be, as their chapter is there
 * @param later whose chapter is not there yet
 * @param lines how many lines the covered files have
 */
public record Coverage(List<String> covered, List<String> missing, List<String> later, int lines) {
    private static final Pattern STEP = Pattern.compile("steps/(\\d\\d-[\\w-]+)/.*");
    private static final Pattern CHAPTER = Pattern.compile("return \"(\\d\\d-[\\w-]+)\";");
    private static final String ISOLATION = "engine/src/main/java/boxwright/isolation/";

    public Coverage {
        covered = List.copyOf(covered);
        missing = List.copyOf(missing);
        later = List.copyOf(later);
    }

    public static Coverage of(Checkout checkout, Contents contents) {
        Set<String> shown = shown(checkout, contents);
        List<String> covered = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> later = new ArrayList<>();
        int lines = 0;
        for (String file : required(checkout)) {
            if (shown.contains(file)) {
                covered.add(file);
                lines += (int) checkout.read(file).lines().count();
            } else if (isDue(checkout, contents, file)) {
                missing.add(file);
            } else {
                later.add(file);
            }
        }
        return new Coverage(covered, missing, later, lines);
    }

    private static Set<String> required(Checkout checkout) {
        Set<String> files = new TreeSet<>(checkout.files("steps", ".java", ".sh"));
        files.addAll(checkout.files(ISOLATION, ".java"));
        files.removeIf(file -> file.endsWith("package-info.java"));
        return files;
    }

    /** The files of which a chapter shows every line: whole, or folded below its tags. */
    private static Set<String> shown(Checkout checkout, Contents contents) {
        Set<String> shown = new HashSet<>();
        for (Contents.Chapter chapter : contents.chapters()) {
            for (MacroUse use : MacroUse.of(checkout, chapter.name())) {
                boolean whole =
                        use.tags().isEmpty() || !"no".equals(use.attributes().get("fold"));
                if (use.name().equals("listing") && whole) {
                    shown.add(use.target());
                } else if (use.name().equals("sources")) {
                    shown.addAll(SourceList.files(checkout, use.target()));
                }
            }
        }
        return shown;
    }

    /** Whether the chapter that a file belongs to is in the book; for a file that says of none, all steps' chapters. */
    private static boolean isDue(Checkout checkout, Contents contents, String file) {
        return chapter(checkout, file)
                .map(name -> contents.find(name).isPresent())
                .orElseGet(() -> contents.chapters().stream()
                                .filter(chapter -> chapter.number().isPresent())
                                .count()
                        > checkout.files("tests/approved/steps", ".approved.txt").stream()
                                .filter(plan -> plan.matches(".*/Step\\d\\d\\.approved\\.txt"))
                                .count());
    }

    private static Optional<String> chapter(Checkout checkout, String file) {
        Matcher step = STEP.matcher(file);
        if (step.matches()) {
            return Optional.of(step.group(1));
        }
        if (file.startsWith(ISOLATION + "seccomp/")) {
            return Optional.of("10-seccomp");
        }
        if (file.startsWith(ISOLATION + "cgroup/")) {
            return Optional.of("07-cgroups");
        }
        Matcher chapter = CHAPTER.matcher(checkout.read(file));
        return chapter.find() ? Optional.of(chapter.group(1)) : Optional.empty();
    }
}

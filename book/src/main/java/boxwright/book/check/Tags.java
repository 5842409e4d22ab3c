package boxwright.book.check;

import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.weave.MacroUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tags in the code: each is used by a chapter. (That one which a chapter uses is there, weaving finds out.) */
public final class Tags {
    private static final Pattern TAG = Pattern.compile("^\\s*(?://|#)\\s*tag::([\\w-]+)\\[]", Pattern.MULTILINE);

    private Tags() {}

    /** Those that no page uses, as {@code FILE: TAG}. */
    public static List<String> unused(Checkout checkout, Contents contents) {
        Set<String> used = new HashSet<>();
        for (Contents.Chapter chapter : contents.chapters()) {
            MacroUse.of(checkout, chapter.name())
                    .forEach(use -> use.tags().forEach(tag -> used.add(use.target() + ": " + tag)));
        }
        List<String> unused = new ArrayList<>();
        List<String> files = new ArrayList<>(checkout.files("steps", ".java", ".sh"));
        files.addAll(checkout.files("engine/src/main", ".java"));
        for (String file : files) {
            Matcher tag = TAG.matcher(checkout.read(file));
            while (tag.find()) {
                String name = file + ": " + tag.group(1);
                if (!used.contains(name)) {
                    unused.add(name);
                }
            }
        }
        return unused;
    }
}

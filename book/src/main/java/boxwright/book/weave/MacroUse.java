package boxwright.book.weave;

import boxwright.book.Checkout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block macro in a chapter's source.
 *
 * @param chapter whose it is
 * @param name of the macro
 * @param target between {@code ::} and the bracket
 * @param attributes in the brackets; one without a name is its own value
 */
public record MacroUse(String chapter, String name, String target, Map<String, String> attributes) {
    private static final Pattern MACRO = Pattern.compile("([a-z][a-z-]*)::([^\\s\\[]*)\\[(.*)]");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?:([\\w-]+)=)?(?:\"([^\"]*)\"|([^,\"]+))");
    private static final Pattern VERBATIM = Pattern.compile("-{4,}|\\.{4,}|\\+{4,}|/{4,}");

    public MacroUse {
        attributes = Map.copyOf(attributes);
    }

    /** All of a chapter, in order. */
    public static List<MacroUse> of(Checkout checkout, String chapter) {
        List<MacroUse> uses = new ArrayList<>();
        String inside = "";
        for (String line :
                checkout.read("chapters/" + chapter + ".adoc").lines().toList()) {
            Matcher macro = MACRO.matcher(line);
            if (VERBATIM.matcher(line).matches()) {
                inside = inside.isEmpty() ? line : inside.equals(line) ? "" : inside;
            } else if (inside.isEmpty() && macro.matches()) {
                uses.add(new MacroUse(chapter, macro.group(1), macro.group(2), attributes(macro.group(3))));
            }
        }
        return uses;
    }

    private static Map<String, String> attributes(String list) {
        Map<String, String> attributes = new HashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(list);
        while (attribute.find()) {
            String value = attribute.group(2) == null ? attribute.group(3).strip() : attribute.group(2);
            attributes.put(attribute.group(1) == null ? value : attribute.group(1), value);
        }
        return attributes;
    }

    /** The tags of a {@code listing::}. */
    public List<String> tags() {
        return Listing.tags(attributes);
    }
}

package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the runtime specification demands, from {@code chapters/musts.txt}, and the tests that show it, from their
 * {@code @Must("…")}.
 *
 * @param documents the demands of each document, in order
 * @param tests for each demand the tests that name it
 */
public record Musts(Map<String, List<Demand>> documents, Map<String, List<String>> tests) {
    private static final String TESTS = "tests/src/test/java";
    private static final Pattern LINE = Pattern.compile("([a-z0-9-]+) \\| ([^|]+) \\| (.+)");
    private static final Pattern TEST =
            Pattern.compile("@Must\\(\\{?([^)]*?)}?\\)\\s+(?:@\\w+\\s+)*void (\\w+)\\(", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]");
    private static final Pattern NAME = Pattern.compile("\"([^\"]+)\"");

    /**
     * A sentence of the specification, in our words.
     *
     * @param name by which a test says that it shows it
     * @param section of the document
     * @param sentence what is demanded
     */
    public record Demand(String name, String section, String sentence) {}

    public static Musts of(Checkout checkout) {
        return new Musts(documents(checkout.read("chapters/musts.txt")), tests(checkout));
    }

    private static Map<String, List<Demand>> documents(String text) {
        Map<String, List<Demand>> documents = new LinkedHashMap<>();
        List<Demand> demands = new ArrayList<>();
        for (String line : text.lines().toList()) {
            Matcher demand = LINE.matcher(line);
            if (line.startsWith("== ")) {
                demands = new ArrayList<>();
                documents.put(line.substring(3), demands);
            } else if (demand.matches()) {
                demands.add(new Demand(demand.group(1), demand.group(2), demand.group(3)));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new BookException("chapters/musts.txt: this is no name | section | sentence: " + line);
            }
        }
        return documents;
    }

    private static Map<String, List<String>> tests(Checkout checkout) {
        Map<String, List<String>> tests = new TreeMap<>();
        for (String file : checkout.files(TESTS, "Test.java")) {
            String type = file.substring(file.lastIndexOf('/') + 1, file.length() - ".java".length());
            Matcher test = TEST.matcher(checkout.read(file));
            while (test.find()) {
                Matcher name = NAME.matcher(test.group(1));
                while (name.find()) {
                    tests.computeIfAbsent(name.group(1), _ -> new ArrayList<>()).add(type + "." + test.group(2));
                }
            }
        }
        return tests;
    }

    /** All demands, of all documents. */
    public List<Demand> all() {
        return documents.values().stream().flatMap(List::stream).toList();
    }

    /** What tests name, and nobody demands. */
    public List<String> unknown() {
        List<String> known = all().stream().map(Demand::name).toList();
        return tests.keySet().stream().filter(name -> !known.contains(name)).toList();
    }

    /** {@code musts::DOCUMENT[]}: a table of what it demands, with the tests. */
    List<String> table(String document, Map<String, String> attributes, boolean html) {
        List<Demand> demands = documents.get(document.replace('_', ' '));
        if (demands == null) {
            throw new BookException("chapters/musts.txt has no such document; it has " + documents.keySet());
        }
        List<String> lines = new ArrayList<>(List.of("[.musts,cols=\"1,1\"]", "|===", "| demand | shown by", ""));
        String section = "";
        for (Demand demand : demands) {
            List<String> shown = tests.getOrDefault(demand.name(), List.of());
            if (shown.isEmpty()) {
                throw new BookException("no test shows it: write @Must(\"" + demand.name() + "\") at one that does: "
                        + demand.sentence());
            }
            if (!demand.section().equals(section)) {
                section = demand.section();
                lines.add("2+s| " + section);
            }
            lines.add("| [[must-" + demand.name() + "]]" + demand.sentence());
            lines.add("| "
                    + String.join(" +\n", shown.stream().map(Musts::sentence).toList()));
        }
        lines.add("|===");
        lines.add("");
        return lines;
    }

    /** {@code HookMustTest.eachRunsAtItsMoment} is <em>each runs at its moment</em>, in HookMustTest. */
    private static String sentence(String test) {
        int dot = test.indexOf('.');
        String words = WORD.matcher(test.substring(dot + 1))
                .replaceAll(found -> " " + found.group().toLowerCase(Locale.ROOT))
                .replace('_', ' ');
        return words + " [.test]#" + test.substring(0, dot) + "#";
    }
}

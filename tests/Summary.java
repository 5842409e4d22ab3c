import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/// Reads Surefire's XML reports and says what was skipped and why, what failed, and the counts. `tests/run` runs it.
void main(String... args) throws Exception {
    var parser = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
    int tests = 0;
    int failed = 0;
    int skipped = 0;
    var reasons = new TreeMap<String, List<String>>();
    var failures = new ArrayList<String>();
    try (var reports = Files.newDirectoryStream(Path.of(args[0]), "TEST-*.xml")) {
        for (var report : reports) {
            var cases = parser.parse(report.toFile()).getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                var test = (Element) cases.item(i);
                var name = test.getAttribute("classname").replaceFirst(".*\\.", "") + "." + test.getAttribute("name");
                tests++;
                if (test.getElementsByTagName("skipped").item(0) instanceof Element skip) {
                    skipped++;
                    reasons.computeIfAbsent(reason(skip), _ -> new ArrayList<>()).add(name);
                } else if (has(test, "failure") || has(test, "error")) {
                    failed++;
                    failures.add(name);
                }
            }
        }
    }
    IO.println(); // Maven's last line may have no end
    reasons.forEach((reason, names) -> {
        IO.println("skipped: " + reason);
        names.forEach(name -> IO.println("    " + name));
    });
    failures.forEach(name -> IO.println("failed: " + name));
    IO.println("%d passed, %d failed, %d skipped".formatted(tests - failed - skipped, failed, skipped));
}

boolean has(Element test, String result) {
    return test.getElementsByTagName(result).getLength() > 0;
}

/// Why: the message of the assumption or of `@Disabled`, without the class name and the stack trace around it.
String reason(Element skipped) {
    var text = skipped.getAttribute("message");
    if (text.isEmpty()) {
        text = skipped.getTextContent().lines().findFirst().orElse("no reason given");
    }
    return text.replaceFirst("^[\\w.]+(Exception|Error): ", "").replaceFirst("^Assumption failed: ", "");
}

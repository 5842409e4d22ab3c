package boxwright.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The book's page about the command line names every verb and every flag as the command itself does, and no others.
 * {@code -Dbook.rewrite} adds what is missing, and takes out what is gone.
 */
class ManualTest {
    private static final Path MANUAL =
            Path.of(System.getProperty("boxwright.checkout", "..")).resolve("chapters/manual.adoc");
    private static final Pattern SECTION = Pattern.compile("\\[#manual-([a-z]+)]");
    private static final Pattern FLAG = Pattern.compile("`(-[^`]+)`::.*");

    @BeforeAll
    static void rewrite() throws Exception {
        if (System.getProperty("book.rewrite") != null) {
            addVerbs();
            removeUnknown();
            addFlags();
        }
    }

    @Test
    void the_manual_has_the_verbs_of_the_command() throws Exception {
        assertThat(manual().keySet())
                .containsExactlyInAnyOrderElementsOf(command().keySet());
    }

    @Test
    void the_manual_has_the_flags_of_the_command() throws Exception {
        Map<String, List<String>> manual = manual();

        command()
                .forEach((verb, flags) -> assertThat(manual.get(verb))
                        .as("flags of boxwright %s in chapters/manual.adoc", verb)
                        .containsExactlyInAnyOrderElementsOf(flags.keySet()));
    }

    /** For each verb its flags as they are named in a help text, with what they do. */
    private static Map<String, Map<String, String>> command() {
        Map<String, Map<String, String>> verbs = new TreeMap<>();
        for (Verb verb : Main.verbs()) {
            if (!verb.hidden()) {
                Map<String, String> flags = new TreeMap<>();
                for (Flag<?> flag : verb.maker().get().syntax().flags()) {
                    flags.put(flag.head(), flag.description());
                }
                verbs.put(verb.name(), flags);
            }
        }
        return verbs;
    }

    private static Map<String, List<String>> manual() throws IOException {
        Map<String, List<String>> verbs = new TreeMap<>();
        List<String> flags = new ArrayList<>();
        for (String line : Files.readAllLines(MANUAL)) {
            Matcher section = SECTION.matcher(line);
            Matcher flag = FLAG.matcher(line);
            if (section.matches()) {
                flags = new ArrayList<>();
                verbs.put(section.group(1), flags);
            } else if (flag.matches()) {
                flags.add(flag.group(1));
            }
        }
        return verbs;
    }

    private static void addVerbs() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(MANUAL));
        Map<String, List<String>> manual = manual();
        for (Verb verb : Main.verbs()) {
            if (!verb.hidden() && !manual.containsKey(verb.name())) {
                Syntax syntax = verb.maker().get().syntax();
                String usage = "`+" + syntax.line() + "+`";
                lines.addAll(List.of(
                        "",
                        "[#manual-" + verb.name() + "]",
                        "== " + verb.name(),
                        "",
                        usage,
                        "",
                        verb.summary() + ".",
                        ""));
            }
        }
        Files.write(MANUAL, lines);
    }

    private static void removeUnknown() throws IOException {
        List<String> kept = new ArrayList<>();
        Map<String, Map<String, String>> command = command();
        String verb = "";
        for (String line : Files.readAllLines(MANUAL)) {
            Matcher section = SECTION.matcher(line);
            Matcher flag = FLAG.matcher(line);
            verb = section.matches() ? section.group(1) : verb;
            if (!flag.matches() || command.getOrDefault(verb, Map.of()).containsKey(flag.group(1))) {
                kept.add(line);
            }
        }
        Files.write(MANUAL, kept);
    }

    private static void addFlags() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(MANUAL));
        Map<String, List<String>> manual = manual();
        command()
                .forEach((verb, flags) -> flags.forEach((flag, description) -> {
                    int start = lines.indexOf("[#manual-" + verb + "]");
                    if (start >= 0 && !manual.getOrDefault(verb, List.of()).contains(flag)) {
                        int at = start + 1;
                        while (at < lines.size()
                                && !SECTION.matcher(lines.get(at)).matches()) {
                            at++;
                        }
                        lines.addAll(at, List.of("`" + flag + "`:: " + description + ".", ""));
                    }
                }));
        Files.write(MANUAL, lines);
    }
}

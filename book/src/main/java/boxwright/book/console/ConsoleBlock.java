package boxwright.book.console;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A console block as it stands in a chapter.
 *
 * @param chapter the name of the chapter
 * @param index its place among the console blocks of the chapter, from 0
 * @param line the number of its first line inside the delimiters, from 1
 * @param attributes of the block, and of the chapter's header
 * @param lines inside the delimiters
 * @param before the text between the block before and this one
 */
public record ConsoleBlock(
        String chapter, int index, int line, Map<String, String> attributes, List<String> lines, List<String> before) {
    public ConsoleBlock {
        attributes = Map.copyOf(attributes);
        lines = List.copyOf(lines);
        before = List.copyOf(before);
    }

    /** By which a {@code live::} picture finds it. */
    public Optional<String> id() {
        return Optional.ofNullable(attributes.get("id"));
    }

    /** Which of the chapter's shells it runs in. */
    public String terminal() {
        return attributes.getOrDefault("terminal", "1");
    }

    /** What a machine may lack. */
    public List<String> needs() {
        return Stream.of("chapter-needs", "needs")
                .flatMap(name -> Arrays.stream(attributes.getOrDefault(name, "").split("[, ]+")))
                .filter(need -> !need.isEmpty())
                .distinct()
                .toList();
    }

    /** Why it cannot be run anywhere, if that is so. */
    public Optional<String> skip() {
        return Optional.ofNullable(attributes.get("skip"));
    }

    /** How long one of its commands may take. */
    public int timeoutSeconds() {
        return Integer.parseInt(attributes.getOrDefault("timeout", "60"));
    }

    /** Its commands, each with what it prints. */
    public List<Exchange> exchanges() {
        return Exchange.of(this);
    }

    /** What a test is called. */
    public String title() {
        String first = exchanges().isEmpty() ? "" : exchanges().getFirst().command();
        String command = first.lines().findFirst().orElse("");
        return "line " + line + ": " + (command.length() > 70 ? command.substring(0, 70) + "…" : command);
    }
}

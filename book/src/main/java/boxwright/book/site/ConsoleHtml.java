package boxwright.book.site;

import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Exchange;
import boxwright.book.console.Place;
import boxwright.book.console.Seen;
import boxwright.book.console.Transcript;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A console block on a page: what the reader types, apart from what comes back; and whether it was seen here. */
final class ConsoleHtml {
    private static final Pattern TYPED = Pattern.compile("(?:([a-z][a-z0-9-]*)?([#$])|>) (.*)");
    private static final Pattern COMMENT = Pattern.compile("(.*?)(\\s+# .*)");

    private ConsoleHtml() {}

    static String of(ConsoleBlock block, Optional<Transcript> transcript, String title) {
        Optional<Transcript.Block> seen = transcript.flatMap(found -> found.find(block));
        boolean ran = seen.isPresent() && seen.get().lacking().isEmpty();
        List<String> lines = ran
                ? seen.get().shown()
                : block.lines().stream()
                        .map(line -> Exchange.isCommand(line) ? line : Seen.expected(line))
                        .toList();
        StringBuilder html = new StringBuilder("<figure class=\"code console\"");
        block.id()
                .ifPresent(id -> html.append(" id=\"").append(Html.escaped(id)).append('"'));
        html.append("><figcaption><span class=\"name\">")
                .append(caption(block, title))
                .append("</span>");
        if (ran) {
            String when = transcript.map(found -> found.machine().date()).orElse("");
            html.append("<span class=\"ran\" title=\"These commands ran and printed this, on ")
                    .append(when)
                    .append("\">ran</span>");
        } else {
            String reason = seen.map(Transcript.Block::lacking).orElse("it was not run on this machine yet");
            html.append("<span class=\"unseen\">not verified here: ")
                    .append(Html.escaped(reason))
                    .append("</span>");
        }
        html.append("</figcaption><pre tabindex=\"0\"><code>");
        boolean typing = false;
        for (String line : lines) {
            Matcher typed = TYPED.matcher(line);
            typing = typed.matches() && (!line.startsWith("> ") || typing);
            html.append(typing ? typed(typed) : output(line)).append('\n');
        }
        return html.append("</code></pre></figure>").toString();
    }

    private static String caption(ConsoleBlock block, String title) {
        String terminal = block.terminal().equals("1")
                ? "terminal"
                : block.terminal().equals("2") ? "a second terminal" : "terminal " + Html.escaped(block.terminal());
        return title.isEmpty() ? terminal : title;
    }

    /** The prompt is drawn by the style sheet, so that it is not selected and copied with the command. */
    private static String typed(Matcher line) {
        boolean continued = line.group(2) == null;
        String inside = line.group(1) == null ? "" : line.group(1);
        String prompt = continued ? "> " : inside + line.group(2) + " ";
        Matcher comment = COMMENT.matcher(line.group(3));
        String command = comment.matches()
                ? Html.escaped(comment.group(1)) + "<span class=\"comment\">  "
                        + Html.escaped(comment.group(2).strip()) + "</span>"
                : Html.escaped(line.group(3));
        String style = inside.isEmpty() ? "prompt" : "prompt inside";
        return "<span class=\"typed\"><span class=\"" + style + "\" data-prompt=\"" + Html.escaped(prompt)
                + "\"></span><span class=\"cmd\">" + command + "</span></span>";
    }

    private static String output(String line) {
        String html = Html.escaped(line).replace(Seen.LEFT_OUT, "<span class=\"left-out\">…</span>");
        return "<span class=\"out\">"
                + Seen.VALUE
                        .matcher(html)
                        .replaceAll(value -> Matcher.quoteReplacement(
                                "<span class=\"place\" title=\"" + Place.meaning(value.group(1))
                                        + ": yours will differ\">" + value.group(2) + "</span>"))
                + "</span>";
    }
}

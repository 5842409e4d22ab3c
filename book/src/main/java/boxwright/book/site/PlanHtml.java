package boxwright.book.site;

import boxwright.book.Contents;
import boxwright.book.weave.ApprovedPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A list of system calls on a page, and the difference between two of them. */
final class PlanHtml {
    private static final Pattern LINE = Pattern.compile("([│╰┆ ]*)(.*)");
    private static final Pattern CODE = Pattern.compile("((?:[a-zA-Z]+ = )?)([a-z_0-9]+)(\\(.*)");
    private static final Pattern HEADING = Pattern.compile("\\d\\d-[\\w-]+|the launcher's own|otherwise");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]+|.");
    /** A run of more lines that stay is folded. */
    private static final int RUN = 3;

    private final Contents contents;

    PlanHtml(Contents contents) {
        this.contents = contents;
    }

    String plan(String title, List<String> lines) {
        StringBuilder html = new StringBuilder(head(title, "plan"));
        html.append("<ol class=\"calls\">");
        lines.forEach(line -> html.append(item(line, "", "")));
        return html.append("</ol></figure>").toString();
    }

    String difference(String title, List<String> lines) {
        StringBuilder html = new StringBuilder(head(title, "plan difference"));
        html.append("<ol class=\"calls\">");
        List<String> same = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(" ")) {
                same.add(line.substring(1));
                continue;
            }
            flush(html, same);
            Optional<String> next = i + 1 < lines.size() ? Optional.of(lines.get(i + 1)) : Optional.empty();
            if (line.startsWith("-")
                    && next.filter(other -> changes(line, other)).isPresent()) {
                html.append(changed(line.substring(1), next.get().substring(1)));
                i++;
            } else {
                String style = line.startsWith("+") ? "added" : "removed";
                html.append(item(line.substring(1), style, style + ": "));
            }
        }
        flush(html, same);
        return html.append("</ol></figure>").toString();
    }

    private static String head(String title, String style) {
        return "<figure class=\"" + style + "\"><figcaption><span class=\"name\">" + title + "</span></figcaption>";
    }

    private void flush(StringBuilder html, List<String> same) {
        if (same.size() > RUN) {
            html.append("<li class=\"fold\"><details><summary>")
                    .append(same.size())
                    .append(" lines as before</summary><ol class=\"calls\">");
            same.forEach(line -> html.append(item(line, "same", "")));
            html.append("</ol></details></li>");
        } else {
            same.forEach(line -> html.append(item(line, "same", "")));
        }
        same.clear();
    }

    /** Whether one line takes another one's place: the same call, with other arguments. */
    private static boolean changes(String removed, String added) {
        Optional<String> call = ApprovedPlan.call(removed.substring(1));
        return added.startsWith("+") && call.isPresent() && call.equals(ApprovedPlan.call(added.substring(1)));
    }

    private String item(String line, String style, String spoken) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return "";
        }
        String text = parts.group(2);
        int depth = (int) parts.group(1)
                .chars()
                .filter(c -> c == '│' || c == '╰' || c == '┆')
                .count();
        if (HEADING.matcher(text).matches()) {
            return "<li class=\"heading d" + depth + " " + style + "\">" + heading(text) + "</li>";
        }
        int comment = text.indexOf("  // ");
        String code = comment < 0 ? text : text.substring(0, comment);
        String because = comment < 0 ? "" : text.substring(comment + 5);
        return call(depth, style, spoken, code(code), because);
    }

    private static String call(int depth, String style, String spoken, String code, String because) {
        String hidden = spoken.isEmpty() ? "" : "<span class=\"spoken\">" + spoken + "</span>";
        String reason = because.isEmpty() ? "" : "<span class=\"because\">" + Html.escaped(because) + "</span>";
        return "<li class=\"d" + depth + " " + style + "\">" + hidden + "<code>" + code + "</code>" + reason + "</li>";
    }

    private String heading(String text) {
        return contents.find(text)
                .map(chapter -> "<a href=\"" + chapter.page() + "\">" + text + "</a>")
                .orElse(Html.escaped(text));
    }

    private static String code(String code) {
        Matcher call = CODE.matcher(code);
        return call.matches()
                ? Html.escaped(call.group(1)) + "<b>" + call.group(2) + "</b>" + arguments(call.group(3))
                : Html.escaped(code);
    }

    /** With a place to break the line after each separator: an argument can be longer than a phone is wide. */
    private static String arguments(String text) {
        return Html.escaped(text).replace("|", "|<wbr>").replace(",", ",<wbr>").replace("/", "/<wbr>");
    }

    /** One line with what went and what came. */
    private String changed(String before, String after) {
        Matcher parts = LINE.matcher(after);
        Matcher old = LINE.matcher(before);
        if (!parts.matches() || !old.matches()) {
            return item(after, "changed", "changed: ");
        }
        int depth = (int) parts.group(1)
                .chars()
                .filter(c -> c == '│' || c == '╰' || c == '┆')
                .count();
        String[] now = parts.group(2).split("  // ", 2);
        String[] then = old.group(2).split("  // ", 2);
        return call(depth, "changed", "changed: ", marked(words(then[0]), words(now[0])), now.length > 1 ? now[1] : "");
    }

    private static String marked(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        StringBuilder html = new StringBuilder();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                html.append(arguments(after.get(j++)));
                i++;
            } else if (j < after.size() && (i == before.size() || common[i][j + 1] >= common[i + 1][j])) {
                html.append("<ins>").append(arguments(after.get(j++))).append("</ins>");
            } else {
                html.append("<del>").append(arguments(before.get(i++))).append("</del>");
            }
        }
        return html.toString().replace("</ins><ins>", "").replace("</del><del>", "");
    }

    private static List<String> words(String text) {
        return WORD.matcher(text)
                .results()
                .map(java.util.regex.MatchResult::group)
                .toList();
    }
}

package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of system calls of a step, as approved: the tests hold it to what the step really does.
 *
 * @param name of the script, {@code Step03}; with the machine or user that it is the list of, {@code Step07-cgroup-v2}
 * @param lines of the approved file
 */
public record ApprovedPlan(String name, List<String> lines) {
    static final String PLANS = "tests/approved/steps/";
    static final String ENDING = ".approved.txt";
    private static final Pattern STEP = Pattern.compile("(\\d\\d)-.*");
    private static final Pattern USED =
            Pattern.compile("^//SOURCES \\.\\./\\d\\d-[\\w-]+/(Step\\d\\d)\\.java$", Pattern.MULTILINE);
    private static final Pattern CALL = Pattern.compile("^[^a-z]*(?:[a-zA-Z_0-9]+ = )?([a-z_0-9]+)\\(.*");

    public ApprovedPlan {
        lines = List.copyOf(lines);
    }

    /**
     * The plan of a chapter's step, or of a script that has an approved plan of its own. Where a step has another list on
     * another machine, the first of them by name.
     */
    public static ApprovedPlan of(Checkout checkout, String chapterOrScript) {
        return of(checkout, chapterOrScript, "");
    }

    /**
     * The same, of a certain machine or user.
     *
     * @param variant what the name of the approved file has behind a dash, {@code cgroup-v2}; empty for the usual list
     */
    static ApprovedPlan of(Checkout checkout, String chapterOrScript, String variant) {
        Matcher step = STEP.matcher(chapterOrScript);
        String script = step.matches() ? "Step" + step.group(1) : chapterOrScript;
        String name = variant.isEmpty() ? usual(checkout, script) : script + "-" + variant;
        return new ApprovedPlan(
                name, checkout.read(checkout.approvedPlan(name)).lines().toList());
    }

    private static String usual(Checkout checkout, String script) {
        if (Files.exists(checkout.approvedPlan(script))) {
            return script;
        }
        return checkout.files(PLANS, ENDING).stream()
                .map(file -> file.substring(PLANS.length(), file.length() - ENDING.length()))
                .filter(name -> name.startsWith(script + "-"))
                .sorted()
                .findFirst()
                .orElse(script);
    }

    /** The name of the plan of the step before, if this is a step's and not the first: the step whose script it uses. */
    static Optional<String> before(Checkout checkout, String chapter) {
        Matcher step = STEP.matcher(chapter);
        if (!step.matches()) {
            throw new BookException("say before=… for a plan that is no step's");
        }
        int number = Integer.parseInt(step.group(1));
        Path script = checkout.root().resolve("steps/" + chapter + "/Step" + step.group(1) + ".java");
        if (Files.exists(script)) {
            Matcher used = USED.matcher(checkout.read(script));
            if (used.find()) {
                return Optional.of(used.group(1));
            }
        }
        return number > 1 ? Optional.of("Step%02d".formatted(number - 1)) : Optional.empty();
    }

    /** The system call of a line, if it has one. */
    public static Optional<String> call(String line) {
        Matcher call = CALL.matcher(line);
        return call.matches() ? Optional.of(call.group(1)) : Optional.empty();
    }

    /** The names of the system calls in it. */
    public Set<String> calls() {
        Set<String> calls = new TreeSet<>();
        lines.forEach(line -> call(line).ifPresent(calls::add));
        return calls;
    }

    /**
     * What has to change in another plan to make it this one: its lines, each with a space, {@code +} or {@code -} before it.
     * By the longest common subsequence, so that nothing is marked that stayed.
     */
    public List<String> since(ApprovedPlan before) {
        List<String> old = before.lines;
        int[][] common = new int[old.size() + 1][lines.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = lines.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(lines.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> difference = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < lines.size()) {
            if (i < old.size() && j < lines.size() && old.get(i).equals(lines.get(j))) {
                difference.add(" " + old.get(i++));
                j++;
            } else if (i < old.size() && (j == lines.size() || common[i + 1][j] >= common[i][j + 1])) {
                difference.add("-" + old.get(i++));
            } else {
                difference.add("+" + lines.get(j++));
            }
        }
        return difference;
    }
}

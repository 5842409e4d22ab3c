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
 * @param name of the script, {@code Step03}
 * @param lines of the approved file
 */
public record ApprovedPlan(String name, List<String> lines) {
    private static final Pattern STEP = Pattern.compile("(\\d\\d)-.*");
    private static final Pattern USED =
            Pattern.compile("^//SOURCES \\.\\./\\d\\d-[\\w-]+/(Step\\d\\d)\\.java$", Pattern.MULTILINE);
    private static final Pattern CALL = Pattern.compile("^[^a-z]*(?:[a-zA-Z_0-9]+ = )?([a-z_0-9]+)\\(.*");

    public ApprovedPlan {
        lines = List.copyOf(lines);
    }

    /**
     * The plan of a chapter's step, or of a script that has an approved plan of its own. Where none is approved, since it is
     * another one on each machine, the one that was seen here.
     */
    public static ApprovedPlan of(Checkout checkout, String chapterOrScript) {
        Matcher step = STEP.matcher(chapterOrScript);
        String script = step.matches() ? "Step" + step.group(1) : chapterOrScript;
        if (Files.exists(checkout.approvedPlan(script)) || !script.matches("Step\\d\\d")) {
            return new ApprovedPlan(
                    script, checkout.read(checkout.approvedPlan(script)).lines().toList());
        }
        Path seen = seen(checkout, script);
        List<String> lines = Files.exists(seen)
                ? checkout.read(seen).lines().map(ApprovedPlan::named).toList()
                : List.of("// this list depends on the machine, and was not seen on this one yet");
        return new ApprovedPlan(script, lines);
    }

    /** Where a plan is kept that was seen here and is approved nowhere. */
    public static Path seen(Checkout checkout, String script) {
        return checkout.generated().resolve("plan-" + script + ".txt");
    }

    /** With names in the place of what is different in each run, and without columns, as the approved ones have it. */
    private static String named(String line) {
        return line.replaceAll(" +// ", "  // ")
                .replaceAll("\"[^\"]*/containers/[0-9a-f]{16}", "\"CONTAINER")
                .replaceAll("lowerdir=[^,]*", "lowerdir=ROOTFS")
                .replaceAll("(upperdir|workdir)=[^,\"]*/containers/[0-9a-f]{16}", "$1=CONTAINER")
                .replaceAll("until veth bw[0-9a-f]{8} \\([0-9.]+\\)", "until veth NAME (HOST-ADDRESS)")
                .replaceAll("ifr_addr=[0-9.]+", "ifr_addr=CONTAINER-ADDRESS")
                .replaceAll("rt_gateway=[0-9.]+", "rt_gateway=HOST-ADDRESS");
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

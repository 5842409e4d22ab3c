package boxwright.book.tour;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code boxwright check N -- PROGRAM}: runs the checks of step N, and of the steps before, against a program of the reader's
 * own, which shall run what comes after it on its command line in a container. Each step has its checks in {@code check.sh},
 * which prints a line {@code ok - …} or {@code not ok - …} for each; what follows such a line, indented, is a hint.
 */
public final class Check {
    private static final Pattern STEP = Pattern.compile("(\\d\\d)-[\\w-]+");
    private static final int ROOT_NEEDED = 2;

    private Check() {}

    /** Runs the checks; the exit code is 0 when nothing is missing, and 1 else. */
    public static int run(Checkout checkout, List<String> words) throws IOException, InterruptedException {
        List<String> program = new ArrayList<>(words);
        if (program.size() < 2 || !program.getFirst().matches("\\d{1,2}")) {
            throw new BookException(
                    "Usage:  boxwright check N -- PROGRAM [ARG...]\n\n" + "For example:  boxwright check 1 -- ./mybox");
        }
        int number = Integer.parseInt(program.removeFirst());
        if (program.getFirst().equals("--")) {
            program.removeFirst();
        }
        if (program.isEmpty()) {
            throw new BookException("Which program? boxwright check " + number + " -- ./mybox");
        }
        List<Path> scripts = scripts(checkout, number);
        int missing = 0;
        for (Path script : scripts) {
            String step = script.getParent().getFileName().toString();
            System.out.println(step);
            int failed = run(script, program);
            missing += failed;
        }
        System.out.println(
                missing == 0
                        ? "Nothing is missing: this is step " + number + "."
                        : missing + (missing == 1 ? " thing is" : " things are") + " missing.");
        return missing == 0 ? 0 : 1;
    }

    private static List<Path> scripts(Checkout checkout, int number) throws IOException {
        try (Stream<Path> steps = Files.list(checkout.root().resolve("steps"))) {
            List<Path> scripts = steps.filter(step -> isUpTo(step.getFileName().toString(), number))
                    .map(step -> step.resolve("check.sh"))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
            if (scripts.isEmpty()
                    || !scripts.getLast().getParent().getFileName().toString().startsWith("%02d-".formatted(number))) {
                throw new BookException("step " + number + " has no checks yet");
            }
            return scripts;
        }
    }

    private static boolean isUpTo(String step, int number) {
        Matcher name = STEP.matcher(step);
        return name.matches() && Integer.parseInt(name.group(1)) <= number;
    }

    private static int run(Path script, List<String> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", script.toString()));
        command.addAll(program);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        int failed = 0;
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ok - ")) {
                    System.out.println("  ✓ " + line.substring(5));
                } else if (line.startsWith("not ok - ")) {
                    failed++;
                    System.out.println("  ✗ " + line.substring(9));
                } else {
                    System.out.println("    " + line);
                }
            }
        }
        int exitCode = process.waitFor();
        if (exitCode == ROOT_NEEDED) {
            throw new BookException("the checks could not be made, see above");
        }
        return failed + (exitCode > 1 && failed == 0 ? 1 : 0);
    }
}

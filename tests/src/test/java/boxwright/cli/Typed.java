package boxwright.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of one command line: the real frame, with a {@code run} that only notes what it was asked for.
 *
 * @param asked what {@code run} was asked for; empty when it was not reached
 */
record Typed(int exitCode, String out, String err, Optional<RunOptions> asked) {

    static Typed words(String... words) {
        return in(Map.of(), words);
    }

    static Typed in(Map<String, String> environment, String... words) {
        List<RunOptions> asked = new ArrayList<>();
        return with(
                environment,
                (options, _) -> {
                    asked.add(options);
                    return ExitCode.OK;
                },
                asked,
                words);
    }

    /** With a {@code run} that does this. */
    static Typed doing(RunCommand.Work work, Map<String, String> environment, String... words) {
        return with(environment, work, new ArrayList<>(), words);
    }

    private static Typed with(
            Map<String, String> environment, RunCommand.Work work, List<RunOptions> asked, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, false, StandardCharsets.UTF_8),
                name -> Optional.ofNullable(environment.get(name)));
        List<Verb> verbs = new ArrayList<>(Main.verbs());
        verbs.set(0, new Verb("run", RunCommand.SUMMARY, () -> new RunCommand(work)));
        int exitCode = new Boxwright(verbs).run(List.of(words), console);
        console.flush();
        return new Typed(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8),
                asked.stream().findFirst());
    }

    /** The request, where there must be one. */
    RunOptions request() {
        return asked.orElseThrow(() -> new AssertionError("run was not reached: " + err));
    }
}

package boxwright.engines;

import boxwright.kernel.Finished;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a user types at an engine's client, how each command ended, and what it printed, without the numbers that differ from
 * run to run: so that two such days can be compared.
 */
final class Diary {
    private final Engine engine;
    private final List<String> seen = new ArrayList<>();

    Diary(Engine engine) {
        this.engine = engine;
    }

    Finished types(String... words) {
        Finished outcome = engine.run(words);
        note(String.join(" ", words), outcome);
        return outcome;
    }

    Finished types(List<String> words) {
        return types(words.toArray(String[]::new));
    }

    void note(String command, Finished outcome) {
        String text = outcome.out()
                .replace("\r", "")
                .replaceAll("\\b([0-9a-f]{12}|[0-9a-f]{64})\\b", "ID")
                .replaceAll("\\d+[a-z]+ ago|\\d+\\.\\d+[a-z]*", "N")
                .strip();
        seen.add((command + "\n  = " + outcome.exitCode() + "\n  " + text.replace("\n", "\n  "))
                .replace(engine.directory().toString(), "OWN"));
    }

    /** Its exit code alone: script(1) may end before it has shown the last line. */
    void inTerminal(String name, String command) {
        note(name, new Finished(engine.inTerminal(command).exitCode(), "", ""));
    }

    /** Its exit code alone: what the client prints is what the runtime says, in its own words. */
    void fails(String... words) {
        note(String.join(" ", words), new Finished(engine.run(words).exitCode(), "", ""));
    }

    /** The same where the order of the lines is the engine's. */
    void sorted(String... words) {
        Finished outcome = engine.run(words);
        note(
                String.join(" ", words),
                new Finished(outcome.exitCode(), outcome.out().lines().sorted().collect(Collectors.joining("\n")), ""));
    }

    /** What is done at the end of a container's day; it has ended then, and has another name. */
    void restsAndGoesOn(String name, String renamed) {
        types("rename", name, renamed);
        types("restart", "--time", "1", renamed);
        types("stop", "--time", "5", renamed);
        types("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", renamed);
        types("start", renamed);
        types("kill", "--signal", "TERM", renamed);
        types("wait", renamed);
    }

    List<String> seen() {
        return List.copyOf(seen);
    }
}

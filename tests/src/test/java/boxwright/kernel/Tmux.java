package boxwright.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A shell in a real terminal of 100 columns and 30 lines: tmux types, and reads the screen. Its prompt is {@code outside>}. */
public final class Tmux implements AutoCloseable {
    private final Path directory;
    private final String tmux = Machine.needs("tmux");

    /**
     * Opens it, or skips the test where there is no tmux.
     *
     * @param directory a test's own, for the socket and what stty prints
     * @param variables for the shell's environment
     */
    public Tmux(Path directory, Map<String, String> variables) {
        this.directory = directory;
        tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "30", "env PS1='outside> ' sh");
        variables.forEach((name, value) -> type(name + "='" + value + "'; export " + name));
        writesSettings("before");
    }

    /** Types a line, and Enter. */
    public void type(String line) {
        tmux("send-keys", "-l", line);
        press("Enter");
    }

    /** Presses a key, by its name in tmux(1), such as {@code C-c}. */
    public void press(String key) {
        tmux("send-keys", key);
    }

    /** Makes the window another size. */
    public void resize(int columns, int lines) {
        tmux("resize-window", "-x", "" + columns, "-y", "" + lines);
    }

    /** What it shows. */
    public String screen() {
        return tmux("capture-pane", "-p", "-J");
    }

    /** Waits until it shows this. What was typed is on the screen too. */
    public void await(String text) {
        try {
            Machine.eventually("it shows " + text, () -> screen().contains(text));
        } catch (AssertionError e) {
            throw new AssertionError("it shows:\n" + screen(), e);
        }
    }

    /** That the terminal's settings are those of before, other than its size; stty(1). */
    public void isRestored() throws IOException {
        writesSettings("after");
        assertThat(settings("after")).isEqualTo(settings("before"));
    }

    private void writesSettings(String when) {
        type("stty -a >" + directory.resolve(when) + "; echo settings " + when.charAt(0) + "''" + when.substring(1));
        await("settings " + when);
    }

    private List<String> settings(String when) throws IOException {
        return Files.readAllLines(directory.resolve(when)).stream()
                .map(line -> line.replaceAll("rows \\d+; columns \\d+;", ""))
                .toList();
    }

    /** Closes the window. */
    @Override
    public void close() {
        tmux("kill-server");
    }

    private String tmux(String... words) {
        List<String> command =
                new ArrayList<>(List.of(tmux, "-S", directory.resolve("tmux").toString()));
        command.addAll(List.of(words));
        return Machine.run(command.toArray(String[]::new)).output();
    }
}

package boxwright.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * {@code boxwright completion SHELL}: a script for the shell to source. The script is a few lines; at each TAB it asks
 * {@link CompleteCommand}, so that all shells know the same and a new flag needs no new script.
 */
final class CompletionCommand implements Command {
    static final String SUMMARY = "Print the completion script for a shell: bash, zsh or fish";
    static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Syntax syntax = new Syntax("completion", "bash|zsh|fish", 1, 1, SUMMARY);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) throws IOException {
        String shell = words.operands().getFirst();
        if (!SHELLS.contains(shell)) {
            throw new UsageFailure(
                    syntax.command(),
                    "invalid shell \"" + shell + "\": must be one of " + String.join(", ", SHELLS)
                            + Nearest.hint(shell, SHELLS));
        }
        console.out().print(script(shell));
        return ExitCode.OK;
    }

    private static String script(String shell) throws IOException {
        String name = "completion." + shell;
        try (InputStream in = CompletionCommand.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

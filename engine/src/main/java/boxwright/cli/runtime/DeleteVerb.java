package boxwright.cli.runtime;

import java.util.List;

/** {@code delete}. */
final class DeleteVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Remove a container, and all that is left of it";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.flag("force, f", "forcibly delete the container if it is still running (uses SIGKILL)"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        settings.deletion().delete(words.operands().getFirst(), words.has("force"));
        return 0;
    }
}

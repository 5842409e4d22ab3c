package boxwright.cli.runtime;

import java.util.List;

/** {@code create}. */
final class CreateVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Create a container, which waits for start";
    }

    @Override
    public List<Option> options() {
        return CreateOptions.OPTIONS;
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
        settings.creation().create(CreateOptions.of(words));
        return 0;
    }
}

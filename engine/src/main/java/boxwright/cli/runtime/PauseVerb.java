package boxwright.cli.runtime;

import boxwright.runtime.oci.Freezing;

/** {@code pause}. */
final class PauseVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Stop all processes of a container where they stand";
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
        new Freezing(settings.root()).pause(words.operands().getFirst());
        return 0;
    }
}

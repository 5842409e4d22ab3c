package boxwright.cli.runtime;

import boxwright.runtime.oci.Freezing;

/** {@code resume}. */
final class ResumeVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Let all processes of a paused container go on";
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
        new Freezing(settings.root()).resume(words.operands().getFirst());
        return 0;
    }
}

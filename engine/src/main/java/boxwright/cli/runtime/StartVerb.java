package boxwright.cli.runtime;

/** {@code start}. */
final class StartVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Run the program of a created container";
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
        settings.start().start(words.operands().getFirst());
        return 0;
    }
}

package boxwright.cli;

/**
 * {@code boxwright check}: runs the tests and the attack of a step against the reader's own program; see
 * {@link BookCommand}.
 */
final class CheckCommand implements Command {
    static final String SUMMARY = "Check a container program of your own against the steps of the book";

    private final Syntax syntax = new Syntax("check", "N -- PROGRAM [ARG...]", 2, Integer.MAX_VALUE, SUMMARY);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        throw BookCommand.outsideOfCheckout("check");
    }
}

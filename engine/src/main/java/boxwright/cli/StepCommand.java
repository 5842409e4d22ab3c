package boxwright.cli;

/** {@code boxwright step}: a chapter's commands as a guided tour in the terminal; see {@link BookCommand}. */
final class StepCommand implements Command {
    static final String SUMMARY = "Go through a chapter of the book in the terminal, command by command";

    private final Syntax syntax = new Syntax("step", "N", 1, 1, SUMMARY);

    StepCommand() {
        syntax.bool("--yes", "Run every command without waiting for Enter");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        throw BookCommand.outsideOfCheckout("step");
    }
}

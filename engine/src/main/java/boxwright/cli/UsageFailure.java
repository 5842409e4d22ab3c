package boxwright.cli;

/** What was typed is not in the language of this verb. The message ends by naming the help that is. */
public final class UsageFailure extends CommandFailure {
    private static final long serialVersionUID = 1L;

    /**
     * A misuse of a verb.
     *
     * @param command the words that the help is under, for example {@code boxwright run}
     * @param problem what is wrong, in one line
     */
    public UsageFailure(String command, String problem) {
        super(problem + "\nSee '" + command + " --help'.", ExitCode.ENGINE_ERROR);
    }
}

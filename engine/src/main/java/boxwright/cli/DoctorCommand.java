package boxwright.cli;

/** {@code boxwright doctor}: what this kernel and this user can do. */
final class DoctorCommand implements Command {
    static final String SUMMARY = "Show what this kernel and this user can do, and how to get the rest";

    /** What looks, and prints what it saw. */
    @FunctionalInterface
    interface Work {
        /** Prints the findings to the console and returns the exit code. */
        int run(DoctorOptions options, Console console) throws Exception;
    }

    /**
     * What {@code doctor} was asked for.
     *
     * @param json for a program, not for a reader
     */
    record DoctorOptions(boolean json) {}

    private final Work work;
    private final Syntax syntax = new Syntax("doctor", "", 0, 0, SUMMARY);
    private final Flag<Boolean> json = syntax.bool("--json", "Print JSON, for programs");

    DoctorCommand(Work work) {
        this.work = work;
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) throws Exception {
        return work.run(new DoctorOptions(words.get(json)), console);
    }
}

package boxwright.cli;

/**
 * {@code boxwright book}: makes the book, and shows it. The weaver needs a checkout and libraries that no container needs, so
 * {@code ./boxwright} starts it in a JVM of its own; here is its syntax.
 */
final class BookCommand implements Command {
    static final String SUMMARY = "Make the book of this engine, and show it";

    private final Syntax syntax = new Syntax("book", "[CHAPTER]", 0, 1, SUMMARY);

    BookCommand() {
        syntax.bool("--all", "Make the PDF and the EPUB, too");
        syntax.bool("--no-open", "Open no browser");
        syntax.bool("--rewrite", "Run the console blocks, and write into the chapters what they print now");
        syntax.bool("--run", "Run the console blocks of CHAPTER, or of all chapters, first");
        syntax.bool("--serve", "Show the book on a local port, and make a page again when its chapter is saved");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        throw outsideOfCheckout("book");
    }

    /** For a verb of the book that reached the engine's JVM. */
    static CommandFailure outsideOfCheckout(String verb) {
        return new CommandFailure(
                "'" + verb + "' works with the sources: run ./boxwright " + verb + " in a checkout of Boxwright",
                ExitCode.ENGINE_ERROR);
    }
}

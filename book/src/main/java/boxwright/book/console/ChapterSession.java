package boxwright.book.console;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.weave.MacroUse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs the console blocks of one chapter, in order, in shells that live as long as it does. Each block is compared with what
 * it printed, and what was seen is kept for the pages.
 */
public final class ChapterSession implements AutoCloseable {
    private final Checkout checkout;
    private final String chapter;
    private final List<ConsoleBlock> blocks;
    private final Path home;
    private final Map<String, Shell> shells = new HashMap<>();
    /** For each terminal the names of the programs whose input it is, the innermost first. */
    private final Map<String, Deque<String>> sessions = new HashMap<>();

    private final Map<Integer, Transcript.Block> seen = new TreeMap<>();
    private final Map<Integer, List<String>> rewritten = new TreeMap<>();
    private final List<String> left = new ArrayList<>();
    private Map<String, String> labels = Map.of();

    /** What became of a block. */
    public sealed interface Outcome {
        /** It did what the page says. */
        record Passed() implements Outcome {}

        /** It could not be run here. */
        record NotVerified(String reason) implements Outcome {}

        /** It did something else; the message has both. */
        record Differs(String message) implements Outcome {}
    }

    /** Somebody who looks on. */
    public interface Visitor {
        /** What is to be done with a command. */
        enum Wish {
            RUN,
            SKIP,
            STOP
        }

        /** Before a command runs; its lines as they are typed. One that opens or ends a session cannot be skipped. */
        Wish before(List<String> typed);

        /** After it; the lines that it printed. */
        void after(List<String> printed);
    }

    private static final Visitor NOBODY = new Visitor() {
        @Override
        public Wish before(List<String> typed) {
            return Wish.RUN;
        }

        @Override
        public void after(List<String> printed) {}
    };

    /** A session of a chapter's blocks on this machine. */
    public ChapterSession(Checkout checkout, String chapter) {
        this.checkout = checkout;
        this.chapter = chapter;
        this.blocks = ChapterSource.blocks(checkout, chapter);
        try {
            home = Files.createTempDirectory("boxwright-book-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<ConsoleBlock> blocks() {
        return blocks;
    }

    /** Why a block cannot be run here, if that is so. */
    public Optional<String> lacking(ConsoleBlock block) {
        return block.skip().or(() -> Needs.lacking(block.needs()));
    }

    /** Runs a block; to be called for each block in order. */
    public Outcome run(ConsoleBlock block) {
        return run(block, NOBODY);
    }

    /** Runs a block, and lets somebody look on. */
    public Outcome run(ConsoleBlock block, Visitor visitor) {
        Optional<String> lacking = lacking(block);
        if (lacking.isPresent()) {
            seen.put(block.index(), new Transcript.Block(block.lines(), lacking.get(), List.of(), List.of()));
            return new Outcome.NotVerified(lacking.get());
        }
        List<String> shown = new ArrayList<>();
        List<String> printed = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        List<String> complaints = new ArrayList<>();
        List<Exchange> exchanges = block.exchanges();
        for (int i = 0; i < exchanges.size(); i++) {
            Exchange exchange = exchanges.get(i);
            String next = next(block, exchanges, i);
            Visitor.Wish wish = visitor.before(exchange.typed());
            if (wish == Visitor.Wish.STOP) {
                return new Outcome.NotVerified("it was stopped");
            }
            if (wish == Visitor.Wish.SKIP && next.equals(exchange.session())) {
                continue;
            }
            Shell.Result result = run(block, exchange, next);
            List<String> lines = Cleaning.lines(result.output());
            visitor.after(lines);
            Optional<ExpectedOutput.Match> match = ExpectedOutput.match(exchange.expected(), lines, labels);
            if (result.exitCode() != exchange.exitCode()) {
                complaints.add("%s%n  exits with %d, not with %d; it printed%n%s"
                        .formatted(exchange.command(), result.exitCode(), exchange.exitCode(), indented(lines)));
            } else if (match.isEmpty()) {
                complaints.add("%s%n  should print%n%s%n  and printed%n%s"
                        .formatted(exchange.command(), indented(exchange.expected()), indented(lines)));
            }
            match.ifPresent(found -> labels = found.labels());
            exchange.typed().forEach(shown::add);
            actual.addAll(exchange.typed());
            shown.addAll(match.map(ExpectedOutput.Match::shown).orElse(lines));
            actual.addAll(match.isPresent() ? exchange.expected() : Rewriting.of(exchange.expected(), lines, labels));
            printed.addAll(lines);
        }
        if (!complaints.isEmpty()) {
            rewritten.put(block.index(), actual);
            return new Outcome.Differs(String.join("\n", complaints));
        }
        seen.put(block.index(), new Transcript.Block(block.lines(), "", shown, printed));
        return new Outcome.Passed();
    }

    private Shell.Result run(ConsoleBlock block, Exchange exchange, String next) {
        Shell shell = shells.computeIfAbsent(block.terminal(), _ -> new Shell(checkout, home));
        Deque<String> sessions = this.sessions.computeIfAbsent(block.terminal(), _ -> new ArrayDeque<>(List.of("")));
        if (!exchange.session().equals(sessions.getFirst())) {
            throw new BookException("%s, line %d: %s is typed into %s, which has not been started or has ended"
                    .formatted(
                            chapter,
                            block.line(),
                            exchange.command(),
                            exchange.session().isEmpty() ? "the shell" : exchange.session()));
        }
        Duration patience = Duration.ofSeconds(block.timeoutSeconds());
        if (next.equals(exchange.session())) {
            return shell.run(exchange.command(), patience);
        }
        if (!sessions.contains(next)) {
            String printed = shell.open(exchange.command(), patience);
            sessions.addFirst(next);
            return new Shell.Result(exchange.exitCode(), printed);
        }
        sessions.removeFirst();
        return shell.leave(exchange.command(), patience);
    }

    /** Who reads what is typed after this exchange into the same terminal; itself, when that is the last one. */
    private String next(ConsoleBlock block, List<Exchange> exchanges, int index) {
        Stream<String> here = exchanges.stream().skip(index + 1L).map(Exchange::session);
        Stream<String> later = blocks.stream()
                .skip(block.index() + 1L)
                .filter(other -> other.terminal().equals(block.terminal()))
                .filter(other ->
                        other.skip().isEmpty() && Needs.lacking(other.needs()).isEmpty())
                .flatMap(other -> other.exchanges().stream())
                .map(Exchange::session);
        return Stream.concat(here, later)
                .findFirst()
                .orElse(exchanges.get(index).session());
    }

    private static String indented(List<String> lines) {
        return lines.isEmpty() ? "    (nothing)" : "    " + String.join("\n    ", lines);
    }

    /** Writes what was printed into the chapter, where it differed. */
    public void rewrite() {
        if (!rewritten.isEmpty()) {
            Rewriting.write(checkout, chapter, blocks, rewritten);
        }
    }

    /** Keeps what was seen for the pages. */
    public void keep() {
        new Transcript(Machine.here(), List.copyOf(seen.values())).write(checkout, chapter);
    }

    /** Sees where the time of a step goes, for each {@code waterfall::} of the chapter. */
    public void measure() {
        if (Needs.lacking(List.of("root")).isPresent()) {
            return;
        }
        for (MacroUse use : MacroUse.of(checkout, chapter)) {
            if (use.name().equals("waterfall")) {
                Path file = checkout.generated().resolve("waterfall-" + use.target() + ".svg");
                quietly("./jbang step" + use.target().substring(0, 2) + " --waterfall " + file + " true");
            }
        }
    }

    private void quietly(String command) {
        try (Shell shell = new Shell(checkout, home)) {
            Files.createDirectories(checkout.generated());
            shell.run(command, Duration.ofSeconds(60));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the chapter has left running; to be asked after {@link #close}. */
    public List<String> leftBehind() {
        return left;
    }

    @Override
    public void close() {
        shells.values().forEach(shell -> left.addAll(shell.end()));
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package boxwright.book;

import boxwright.book.check.Counts;
import boxwright.book.console.ChapterSession;
import boxwright.book.console.ChapterSession.Outcome;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.paper.Paper;
import boxwright.book.site.Server;
import boxwright.book.site.Site;
import boxwright.book.tour.Check;
import boxwright.book.tour.Tour;
import boxwright.book.weave.Weaver;
import boxwright.kernel.Terminal;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code ./boxwright book}: makes the book, and shows it. {@code bin/book} starts it. */
public final class Main implements AutoCloseable {
    private final Checkout checkout = Checkout.here();
    private @Nullable Weaver weaver;

    private Main() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        try (Main main = new Main()) {
            List<String> words = List.of(args);
            System.exit(
                    switch (words.getFirst()) {
                        case "book" -> main.run(words.subList(1, words.size()));
                        case "step" -> step(main.checkout, words.subList(1, words.size()));
                        case "check" -> Check.run(main.checkout, words.subList(1, words.size()));
                        default -> throw new BookException("unknown verb: " + words.getFirst());
                    });
        } catch (BookException e) {
            System.err.println("boxwright: " + e.getMessage());
            System.exit(1);
        }
    }

    private static int step(Checkout checkout, List<String> words) throws IOException {
        boolean ask = !words.contains("--yes");
        List<String> numbers =
                words.stream().filter(word -> !word.equals("--yes")).toList();
        if (numbers.size() != 1) {
            throw new BookException("'boxwright step' requires 1 argument\n\nUsage:  boxwright step [OPTIONS] N");
        }
        BufferedReader keys = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        boolean colour = Terminal.of(1).isPresent() && System.getenv("NO_COLOR") == null;
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        return new Tour(checkout, keys, out, colour, ask).through(numbers.getFirst());
    }

    private int run(List<String> words) throws InterruptedException {
        Options options = Options.of(words);
        long start = System.nanoTime();
        boolean good = !options.run() || runChapters(options);
        // Beside the site: each of the three has a weaver of its own.
        Optional<Supplier<List<Path>>> paper =
                options.all() ? Optional.of(new Paper(checkout).begin()) : Optional.empty();
        Site site = new Site(checkout, this::weaver);
        List<String> converted = site.make();
        Path index = site.directory().resolve("index.html");
        System.out.printf(
                "%s: %d pages converted, in %.1f s%n", index, converted.size(), (System.nanoTime() - start) / 1e9);
        if (paper.isPresent()) {
            paper.get().get().forEach(System.out::println);
            System.out.printf("all of it in %.1f s%n", (System.nanoTime() - start) / 1e9);
        }
        System.out.println(Counts.of(checkout, Contents.of(checkout)));
        if (options.serve()) {
            Server server = new Server(checkout, site);
            String address = server.start();
            System.out.println(address + " (Ctrl-C ends it)");
            show(options, address);
            server.watch();
        } else {
            show(options, index.toUri().toString());
        }
        return good ? 0 : 1;
    }

    /** In a browser, where there is one and somebody who looks at it. */
    private static void show(Options options, String address) {
        boolean desktop = System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
        if (options.open() && desktop) {
            try {
                new ProcessBuilder("xdg-open", address)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                System.out.println("open " + address);
            }
        }
    }

    /** Runs the console blocks; whether all did what the pages say. */
    private boolean runChapters(Options options) {
        boolean good = true;
        for (Contents.Chapter chapter : Contents.of(checkout).chapters()) {
            if (options.chapter().isEmpty() || options.chapter().equals(chapter.name())) {
                good &= runChapter(chapter.name(), options.rewrite());
            }
        }
        return good;
    }

    private boolean runChapter(String chapter, boolean rewrite) {
        boolean good = true;
        ChapterSession session = new ChapterSession(checkout, chapter);
        try (session) {
            for (ConsoleBlock block : session.blocks()) {
                long start = System.nanoTime();
                Outcome outcome = session.run(block);
                String what = switch (outcome) {
                    case Outcome.Passed _ -> "";
                    case Outcome.NotVerified lacking -> "\n  not verified here: " + lacking.reason();
                    case Outcome.Differs differs -> "\n" + differs.message();
                };
                good &= !(outcome instanceof Outcome.Differs) || rewrite;
                System.out.printf(
                        "%s, %s (%.1f s)%s%n", chapter, block.title(), (System.nanoTime() - start) / 1e9, what);
            }
            if (rewrite) {
                session.rewrite();
            }
            session.measure();
            session.keep();
        }
        List<String> left = session.leftBehind();
        left.forEach(what -> System.out.println("left running: " + what));
        return good && left.isEmpty();
    }

    private Weaver weaver() {
        Weaver present = weaver;
        if (present == null) {
            present = new Weaver(checkout, Contents.of(checkout));
            weaver = present;
        }
        return present;
    }

    @Override
    public void close() {
        Weaver present = weaver;
        if (present != null) {
            present.close();
        }
    }
}

package boxwright.book.paper;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.Contents;
import boxwright.book.weave.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;

/** The whole book as one file, from the same sources as the site. */
public final class Paper {
    private final Checkout checkout;

    public Paper(Checkout checkout) {
        this.checkout = checkout;
    }

    /**
     * Makes the PDF and the EPUB, both at once: each has a weaver of its own, and takes half a minute.
     *
     * @return the files
     * @throws BookException when Asciidoctor warns
     */
    public List<Path> make() {
        return begin().get();
    }

    /** The same in the background: what it returns waits for the files, and throws what {@link #make} does. */
    public Supplier<List<Path>> begin() {
        CompletableFuture<List<Path>> both = CompletableFuture.supplyAsync(() -> woven(this::epub))
                .thenCombine(CompletableFuture.supplyAsync(() -> woven(this::pdf)), (epub, pdf) -> List.of(pdf, epub));
        return () -> {
            try {
                return both.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof BookException complaint ? complaint : e;
            }
        };
    }

    private Path woven(Function<Weaver, Path> make) {
        try (Weaver weaver = new Weaver(checkout, Contents.of(checkout))) {
            return make.apply(weaver);
        }
    }

    private Path pdf(Weaver weaver) {
        Path file = checkout.target().resolve("boxwright.pdf");
        Path theme = checkout.target().resolve("paper/boxwright-theme.yml");
        try (InputStream in = Paper.class.getResourceAsStream("pdf-theme.yml")) {
            if (in == null) {
                throw new BookException("the class path has no pdf-theme.yml");
            }
            Files.createDirectories(theme.getParent());
            Files.write(theme, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        weaver.book("pdf", file, Map.of("pdf-theme", theme.toString(), "rouge-style", "github"));
        return file;
    }

    private Path epub(Weaver weaver) {
        Path file = checkout.target().resolve("boxwright.epub");
        weaver.book("epub3", file, Map.of("rouge-style", "github"));
        return file;
    }
}

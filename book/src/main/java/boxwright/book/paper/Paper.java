package boxwright.book.paper;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.weave.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The whole book as one file, from the same sources as the site. */
public final class Paper {
    private final Checkout checkout;
    private final Weaver weaver;

    public Paper(Checkout checkout, Weaver weaver) {
        this.checkout = checkout;
        this.weaver = weaver;
    }

    /** Makes the PDF; the file. */
    public Path pdf() {
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

    /** Makes the EPUB; the file. */
    public Path epub() {
        Path file = checkout.target().resolve("boxwright.epub");
        weaver.book("epub3", file, Map.of("rouge-style", "github"));
        return file;
    }
}

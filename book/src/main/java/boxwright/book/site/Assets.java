package boxwright.book.site;

import boxwright.book.BookException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The files beside the pages: style, script, search and fonts. Libraries bring them as class path resources. */
final class Assets {
    private static final String MONO =
            "/META-INF/resources/webjars/fontsource__jetbrains-mono/4.5.11/files/jetbrains-mono-latin-variable-wghtOnly-";
    private static final String NOTO = "/gems/asciidoctor-pdf-2.3.23/data/fonts/noto";

    private static final Map<String, String> FILES = Map.of(
            "book.css", "book.css",
            "book.js", "book.js",
            "lunr.js", "/META-INF/resources/webjars/lunr/2.3.9/lunr.min.js",
            "fonts/mono.woff2", MONO + "normal.woff2",
            "fonts/mono-italic.woff2", MONO + "italic.woff2",
            "fonts/serif.ttf", NOTO + "serif-regular-subset.ttf",
            "fonts/serif-italic.ttf", NOTO + "serif-italic-subset.ttf",
            "fonts/serif-bold.ttf", NOTO + "serif-bold-subset.ttf",
            "fonts/sans.ttf", NOTO + "sans-regular-subset.ttf",
            "fonts/sans-bold.ttf", NOTO + "sans-bold-subset.ttf");

    private Assets() {}

    static void copy(Path site) {
        FILES.forEach((name, resource) -> {
            try (InputStream in = open(resource)) {
                Path file = site.resolve(name);
                Files.createDirectories(file.getParent());
                Files.write(file, in.readAllBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A resource of this package. */
    static String text(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new BookException("the class path has no " + resource + ": did the version of a library change?");
        }
        return in;
    }
}

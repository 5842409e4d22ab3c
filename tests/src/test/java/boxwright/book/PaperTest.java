package boxwright.book;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.book.paper.Paper;
import com.adobe.epubcheck.api.EpubCheck;
import com.adobe.epubcheck.util.WriterReportImpl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The book as one file: a PDF, and an EPUB which a reader's device accepts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PaperTest {
    private Path pdf = Path.of("");
    private Path epub = Path.of("");

    /** Fails on any warning of Asciidoctor. */
    @BeforeAll
    void both_are_made_without_a_warning() {
        System.setProperty("jruby.compile.mode", "OFF"); // compiling Ruby would take longer than running it
        List<Path> files = new Paper(Checkout.here()).make();
        pdf = files.getFirst();
        epub = files.getLast();
    }

    @Test
    void the_epub_is_one_that_the_standards_own_checker_accepts() {
        StringWriter report = new StringWriter();

        int status = new EpubCheck(epub.toFile(), new WriterReportImpl(new PrintWriter(report), "", true)).doValidate();

        assertThat(status).as(report.toString()).isZero();
    }

    @Test
    void the_pdf_is_whole() throws Exception {
        String text = Files.readString(pdf, StandardCharsets.ISO_8859_1);

        assertThat(text).startsWith("%PDF-").endsWith("%%EOF\n");
        assertThat(text.split("/Type /Page\n", -1).length)
                .as("its pages")
                .isGreaterThan(Contents.of(Checkout.here()).chapters().size());
    }
}

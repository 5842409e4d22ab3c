package boxwright.book;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A checkout with a book of one chapter, which tests may break. */
public record SmallBook(Checkout checkout) {
    /** With this text in its chapter, below the title. */
    public static SmallBook of(Path directory, String chapter) throws IOException {
        SmallBook book = new SmallBook(new Checkout(directory));
        book.write("chapters/book.adoc", "= A book\n\n// part: All\n\ninclude::01-one.adoc[leveloffset=+1]\n");
        book.write("chapters/01-one.adoc", "= One\n\n" + chapter);
        return book;
    }

    /** Writes a file. */
    public SmallBook write(String path, String text) throws IOException {
        Path file = checkout.root().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return this;
    }
}

package boxwright.book.console;

import boxwright.book.Checkout;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was seen when a chapter's console blocks ran, as the runner writes it to {@code chapters/generated/} and the pages show
 * it.
 *
 * @param machine where and when
 * @param blocks of those that were tried
 */
public record Transcript(Machine machine, List<Block> blocks) {
    public Transcript {
        blocks = List.copyOf(blocks);
    }

    /**
     * A block that was tried.
     *
     * @param source its lines, by which it is known to be the one that was tried
     * @param lacking why it was not run; empty where it was
     * @param shown its lines as they were seen, for {@link Seen}; empty where it was not run
     * @param printed all that its commands printed
     */
    public record Block(List<String> source, String lacking, List<String> shown, List<String> printed) {
        public Block {
            source = List.copyOf(source);
            shown = List.copyOf(shown);
            printed = List.copyOf(printed);
        }
    }

    /** The transcript of a chapter, if it was run here. */
    public static Optional<Transcript> of(Checkout checkout, String chapter) {
        Path file = file(checkout, chapter);
        return Files.exists(file)
                ? Optional.of(new Gson().fromJson(checkout.read(file), Transcript.class))
                : Optional.empty();
    }

    /** Where the transcript of a chapter lies. */
    public static Path file(Checkout checkout, String chapter) {
        return checkout.generated().resolve(chapter + ".json");
    }

    void write(Checkout checkout, String chapter) {
        try {
            Files.createDirectories(checkout.generated());
            Path file = file(checkout, chapter);
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(
                    beside,
                    new GsonBuilder()
                                    .disableHtmlEscaping()
                                    .setPrettyPrinting()
                                    .create()
                                    .toJson(this) + "\n");
            Files.move(beside, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was seen of a block, if it is still the same. */
    public Optional<Block> find(ConsoleBlock block) {
        if (block.index() < blocks.size() && blocks.get(block.index()).source().equals(block.lines())) {
            return Optional.of(blocks.get(block.index()));
        }
        return blocks.stream()
                .filter(seen -> seen.source().equals(block.lines()))
                .findFirst();
    }
}

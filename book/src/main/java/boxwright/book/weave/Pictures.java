package boxwright.book.weave;

import boxwright.book.BookException;
import boxwright.book.Checkout;
import boxwright.book.console.ChapterSource;
import boxwright.book.console.ConsoleBlock;
import boxwright.book.console.Seen;
import boxwright.book.console.Transcript;
import boxwright.book.picture.Cable;
import boxwright.book.picture.Drawing;
import boxwright.book.picture.MountTree;
import boxwright.book.picture.Namespaces;
import boxwright.book.picture.Svg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code diagram::}, {@code waterfall::} and {@code live::}: drawings by hand, of the time, and of what was seen. */
final class Pictures {
    private final Checkout checkout;

    Pictures(Checkout checkout) {
        this.checkout = checkout;
    }

    List<String> diagram(String target, Map<String, String> attributes, boolean html) {
        String words = attributes.getOrDefault("1", "");
        if (words.isEmpty()) {
            throw new BookException("say in brackets what the drawing shows, for who cannot see it");
        }
        return image(target, new Drawing(checkout.read(checkout.diagrams().resolve(target)), words));
    }

    List<String> waterfall(String target, Map<String, String> attributes, boolean html) {
        Path file = checkout.generated().resolve("waterfall-" + target + ".svg");
        if (!Files.exists(file)) {
            return List.of("[.not-verified]", "The time of each call was not measured on this machine yet.", "");
        }
        return image(
                "waterfall-" + target + ".svg",
                new Drawing(checkout.read(file), "Where the time goes: a bar for each system call on one time axis"));
    }

    List<String> live(String target, Map<String, String> attributes, boolean html) {
        List<String> ids = List.of(attributes.getOrDefault("of", "").split(" *, *"));
        List<String> labels = List.of(attributes.getOrDefault("labels", "").split(" *, *"));
        List<List<String>> printed = ids.stream().map(this::printed).toList();
        Drawing drawing = switch (target) {
            case "namespaces" -> Namespaces.of(labels, printed);
            case "mounts" -> MountTree.of(printed.getFirst());
            case "cable" -> Cable.of(labels, printed);
            default -> throw new BookException("there are namespaces, mounts and cable");
        };
        return image("live-" + target + "-" + String.join("-", ids) + ".svg", drawing);
    }

    /** What the console block with that id printed; where nobody has seen it, what it is expected to print. */
    private List<String> printed(String id) {
        for (String chapter : chapters()) {
            for (ConsoleBlock block : ChapterSource.blocks(checkout, chapter)) {
                if (block.id().filter(id::equals).isPresent()) {
                    return Transcript.of(checkout, chapter)
                            .flatMap(found -> found.find(block))
                            .filter(seen -> seen.lacking().isEmpty())
                            .map(Transcript.Block::printed)
                            .orElseGet(() -> block.lines().stream()
                                    .map(line -> Seen.plain(Seen.expected(line)))
                                    .toList());
                }
            }
        }
        throw new BookException("no console block has the id " + id);
    }

    private List<String> chapters() {
        return Stream.of(checkout.files("chapters", ".adoc").toArray(String[]::new))
                .filter(file -> !file.startsWith("chapters/generated/"))
                .map(file -> file.substring("chapters/".length(), file.length() - ".adoc".length()))
                .filter(name -> !name.equals("README"))
                .toList();
    }

    private List<String> image(String name, Drawing drawing) {
        try {
            keep(checkout.target().resolve("pictures"), name, drawing.svg());
            keep(checkout.generated().resolve("paper"), name, Svg.forPaper(drawing.svg()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String words = drawing.words().replace("\"", "'").replace("]", "\\]");
        return List.of("[.picture]", "image::" + name + "[\"" + words + "\"]", "");
    }

    /** What is there already stays as it is: the PDF and the EPUB, which are made at the same time, read the same files. */
    private static void keep(Path directory, String name, String svg) throws IOException {
        Path file = Files.createDirectories(directory).resolve(name);
        if (!Files.exists(file) || !Files.readString(file).equals(svg)) {
            Path whole = Files.createTempFile(directory, name, ".new");
            Files.writeString(whole, svg);
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}

package boxwright.book.site;

import boxwright.book.Checkout;
import boxwright.book.weave.MacroUse;
import boxwright.book.weave.SourceList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/** What a page is made from, as one number: while it is the same, so is the page. */
final class Sources {
    private final Checkout checkout;
    private final long weaver;

    Sources(Checkout checkout) {
        this.checkout = checkout;
        this.weaver = newest();
    }

    /** Of all files that a chapter's page is made from, and of the weaver itself. */
    String key(String chapter) {
        Set<String> files = new TreeSet<>(Set.of("chapters/book.adoc", "chapters/" + chapter + ".adoc"));
        for (MacroUse use : MacroUse.of(checkout, chapter)) {
            switch (use.name()) {
                case "listing" -> files.add(use.target());
                case "diagram" -> files.add("diagrams/" + use.target());
                case "sources" -> files.addAll(SourceList.files(checkout, use.target()));
                case "plan", "plan-diff" -> files.addAll(checkout.files("tests/approved/steps", ".approved.txt"));
                case "syscall" -> {
                    files.addAll(checkout.files("tests/approved/steps", ".approved.txt"));
                    files.addAll(checkout.files("chapters", ".adoc"));
                }
                default -> files.addAll(checkout.files("chapters/generated", ""));
            }
        }
        files.add("chapters/generated/" + chapter + ".json");
        return keyOf(files);
    }

    /** Of these files, and of the weaver itself. */
    String keyOf(Collection<String> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Long.toString(weaver).getBytes(StandardCharsets.UTF_8));
            for (String file : files) {
                Path path = checkout.root().resolve(file);
                digest.update(file.getBytes(StandardCharsets.UTF_8));
                digest.update(Files.exists(path) ? Files.readAllBytes(path) : new byte[0]);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** When the newest of the weaver's own files was made. */
    private long newest() {
        try {
            Path place = Path.of(Sources.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isRegularFile(place)) {
                return Files.getLastModifiedTime(place).toMillis();
            }
            try (var files = Files.walk(place)) {
                return files.mapToLong(file -> file.toFile().lastModified())
                        .max()
                        .orElse(0);
            }
        } catch (IOException | java.net.URISyntaxException e) {
            return 0;
        }
    }
}

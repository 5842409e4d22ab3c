package boxwright.book;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of contents: the chapters that {@code chapters/book.adoc} includes, in its order.
 *
 * @param chapters at least one
 */
public record Contents(List<Chapter> chapters) {
    private static final Pattern INCLUDE = Pattern.compile("include::([\\w-]+)\\.adoc\\[.*");
    private static final Pattern PART = Pattern.compile("// part: (.+)");
    private static final Pattern NUMBER = Pattern.compile("(\\d\\d)-.*");

    public Contents {
        chapters = List.copyOf(chapters);
    }

    /**
     * A chapter of the book.
     *
     * @param name of its file and page, without ending: {@code 01-pid-namespace}
     * @param title without markup
     * @param part the heading that it stands under in the contents
     */
    public record Chapter(String name, String title, String part) {
        /** The number of a chapter that has one. */
        public Optional<Integer> number() {
            Matcher number = NUMBER.matcher(name);
            return number.matches() ? Optional.of(Integer.valueOf(number.group(1))) : Optional.empty();
        }

        /** Its page, as a link from another page. */
        public String page() {
            return name + ".html";
        }
    }

    public static Contents of(Checkout checkout) {
        List<Chapter> chapters = new ArrayList<>();
        String part = "";
        for (String line : checkout.read("chapters/book.adoc").lines().toList()) {
            Matcher heading = PART.matcher(line);
            Matcher include = INCLUDE.matcher(line);
            if (heading.matches()) {
                part = heading.group(1);
            } else if (include.matches()) {
                String name = include.group(1);
                chapters.add(new Chapter(name, title(checkout, name), part));
            }
        }
        if (chapters.isEmpty()) {
            throw new BookException("chapters/book.adoc includes no chapter");
        }
        return new Contents(chapters);
    }

    private static String title(Checkout checkout, String name) {
        return checkout.read("chapters/" + name + ".adoc")
                .lines()
                .filter(line -> line.startsWith("= "))
                .findFirst()
                .map(line -> line.substring(2).replaceAll("[`_*]", "").strip())
                .orElseThrow(
                        () -> new BookException("chapters/" + name + ".adoc has no title, a line with = before it"));
    }

    /** The chapter of that name, if it is in the book. */
    public Optional<Chapter> find(String name) {
        return chapters.stream().filter(chapter -> chapter.name().equals(name)).findFirst();
    }
}

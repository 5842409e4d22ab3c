package boxwright.book.picture;

/**
 * A drawing.
 *
 * @param svg the file
 * @param words what it shows, for who cannot see it
 */
public record Drawing(String svg, String words) {}

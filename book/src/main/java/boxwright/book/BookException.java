package boxwright.book;

/** Something in the book's sources is wrong; the message says what and where. */
public final class BookException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BookException(String message) {
        super(message);
    }
}

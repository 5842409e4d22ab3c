package boxwright.isolation.cgroup;

/** A group cannot be made, or cannot have a controller; the message says why, and what to do. */
final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}

package boxwright.engine.doctor;

/** What came out of a check. */
public enum Status {
    /** It is there and works. */
    OK("ok"),
    /** It works in part, or for some users only. */
    LIMITED("limited"),
    /** It is not there, or we may not use it. */
    MISSING("missing"),
    /** We could not find out. */
    UNKNOWN("unknown");

    private final String word;

    Status(String word) {
        this.word = word;
    }

    /** The word that the user sees. */
    public String word() {
        return word;
    }
}

package boxwright.explain;

/**
 * A likely cause of a failure, found by looking at the live system.
 *
 * @param likely what is probably wrong, a clause
 * @param seen the evidence: what was looked at, and what was there
 * @param remedy what to do about it; empty where there is nothing general to say
 */
public record Cause(String likely, String seen, String remedy) {
    /** A cause that speaks for itself. */
    Cause(String likely, String seen) {
        this(likely, seen, "");
    }
}

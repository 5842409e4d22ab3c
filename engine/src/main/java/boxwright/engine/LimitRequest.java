package boxwright.engine;

/** How much of the machine a container may use. */
public record LimitRequest() {
    /** No limit. */
    public static LimitRequest none() {
        return new LimitRequest();
    }
}

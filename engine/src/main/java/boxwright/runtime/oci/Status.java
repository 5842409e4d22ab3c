package boxwright.runtime.oci;

/** Where a container is in its life, runtime.md "State"; runc adds {@code paused}. */
public enum Status {
    CREATING("creating"),
    CREATED("created"),
    RUNNING("running"),
    PAUSED("paused"),
    STOPPED("stopped");

    private final String word;

    Status(String word) {
        this.word = word;
    }

    /** As the state's JSON has it. */
    public String word() {
        return word;
    }
}

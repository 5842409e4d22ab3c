package boxwright.engine;

/** What a container's file tree is made of, beside the image. */
public record StorageRequest() {
    /** The image, with a writable layer above it. */
    public static StorageRequest imageOnly() {
        return new StorageRequest();
    }
}

package boxwright.cli;

import boxwright.engine.StorageRequest;

/** The flags of {@code boxwright run} that are about files. */
final class StorageFlags {
    StorageFlags(Syntax syntax) {}

    StorageRequest request(Words words) {
        return StorageRequest.imageOnly();
    }
}

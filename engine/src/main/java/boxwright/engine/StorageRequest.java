package boxwright.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a container's file tree is made of, beside the image.
 *
 * @param volumes what is mounted into it, each at a place of its own
 * @param readOnly whether the image itself cannot be written over
 */
public record StorageRequest(List<VolumeRequest> volumes, boolean readOnly) {
    /**
     * Checks the places.
     *
     * @throws IllegalArgumentException when two volumes have the same
     */
    public StorageRequest {
        volumes = List.copyOf(volumes);
        Set<String> targets = new HashSet<>();
        for (VolumeRequest volume : volumes) {
            if (!targets.add(volume.target())) {
                throw new IllegalArgumentException("Duplicate mount point: " + volume.target());
            }
        }
    }

    /** The image, with a writable layer above it. */
    public static StorageRequest imageOnly() {
        return new StorageRequest(List.of(), false);
    }
}

package boxwright.cli;

import boxwright.engine.StorageRequest;
import boxwright.engine.VolumeRequest;
import java.util.ArrayList;
import java.util.List;

/** The flags of {@code boxwright run} that are about files. */
final class StorageFlags {
    private final Syntax syntax;
    private final Flag<List<VolumeRequest>> mount;
    private final Flag<Boolean> readOnly;
    private final Flag<List<VolumeRequest>> tmpfs;
    private final Flag<List<VolumeRequest>> volume;

    StorageFlags(Syntax syntax) {
        this.syntax = syntax;
        mount = syntax.list("--mount", "mount", "Attach a filesystem mount to the container", MountWord::parse);
        readOnly = syntax.bool("--read-only", "Mount the container's root filesystem as read only");
        tmpfs = syntax.list("--tmpfs", "list", "Mount a tmpfs directory", TmpfsWord::parse);
        volume = syntax.list("-v, --volume", "list", "Bind mount a volume", VolumeWord::parse);
    }

    StorageRequest request(Words words) {
        List<VolumeRequest> volumes = new ArrayList<>(words.get(volume));
        volumes.addAll(words.get(mount));
        volumes.addAll(words.get(tmpfs));
        try {
            return new StorageRequest(volumes, words.get(readOnly));
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(syntax.command(), String.valueOf(e.getMessage()));
        }
    }
}

package boxwright.engines;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Podman with all that it keeps in one directory. */
final class Podman {
    private Podman() {}

    /**
     * One that starts containers by a runtime.
     *
     * @param before the words before its own, which make somebody else of us
     */
    static Engine of(Path directory, String runtime, String... before) {
        // It wants to raise limits that root of this machine may not raise.
        Path settings = directory.resolve("containers.conf");
        try {
            Files.writeString(settings, """
                    [containers]
                    default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> client = new ArrayList<>(List.of(before));
        client.addAll(List.of("env", "CONTAINERS_CONF=" + settings, "podman"));
        client.addAll(List.of("--root", directory.resolve("storage").toString()));
        client.addAll(List.of("--runroot", directory.resolve("run").toString()));
        client.addAll(List.of("--tmpdir", directory.resolve("tmp").toString()));
        client.addAll(List.of("--events-backend", "file", "--cgroup-manager", "cgroupfs"));
        client.addAll(List.of("--storage-driver", "vfs", "--runtime", runtime));
        return new Engine(directory, client);
    }

    /** Removes all that it has made. */
    static void end(Engine podman) {
        podman.run("pod", "rm", "--force", "--all");
        podman.run("rm", "--force", "--all");
        podman.run("rmi", "--force", "--all");
        Machine.run("umount", podman.directory().resolve("storage/vfs").toString());
    }
}

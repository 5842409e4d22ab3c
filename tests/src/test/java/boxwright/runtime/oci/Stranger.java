package boxwright.runtime.oci;

import boxwright.kernel.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process of somebody else, which comes into a cgroup. Closed, it has ended, and the group is empty. */
final class Stranger implements AutoCloseable {
    private final Process process;
    private final Path members;

    Stranger(Path group) throws IOException {
        this.members = group.resolve("cgroup.procs");
        this.process = new ProcessBuilder("sleep", "1000").start();
    }

    /** It comes into the group. */
    Stranger comesIn() throws IOException {
        Files.writeString(members, Long.toString(process.pid()));
        return this;
    }

    boolean lives() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        Machine.eventually("the group is empty", () -> Files.readString(members).isEmpty());
    }
}

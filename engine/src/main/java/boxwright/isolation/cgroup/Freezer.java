package boxwright.isolation.cgroup;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops all processes of a group at once, without a signal that they could see, and lets them go on. In version 2 a frozen
 * process can be killed; in version 1 it ends once it is thawed.
 *
 * @param group a group with {@link Controller#FREEZER}
 */
public record Freezer(Group group) {
    private static final int TRIES = 5000;
    private static final int TRY_NANOS = 1_000_000;

    /**
     * Stops them, and waits until all stand still.
     *
     * @throws KernelException ETIMEDOUT where one does not: it waits in the kernel for something that does not come
     */
    public void freeze() {
        set(group.hierarchy().version() == 2 ? "1" : "FROZEN");
        for (int attempt = 0; attempt < TRIES; attempt++) {
            if (isFrozen()) {
                return;
            }
            LockSupport.parkNanos(TRY_NANOS);
        }
        thaw();
        throw new KernelException("freeze " + group.directory(), Errno.ETIMEDOUT);
    }

    /** Lets them go on. */
    public void thaw() {
        set(group.hierarchy().version() == 2 ? "0" : "THAWED");
    }

    /** Whether all stand still. */
    public boolean isFrozen() {
        return group.hierarchy().version() == 2
                ? read("cgroup.events").contains("frozen 1")
                : read("freezer.state").strip().equals("FROZEN");
    }

    private void set(String state) {
        Path file = group.directory().resolve(group.hierarchy().version() == 2 ? "cgroup.freeze" : "freezer.state");
        try (Descriptor open = Descriptor.open(file, Constants.O_WRONLY, 0)) {
            open.write(state.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private String read(String file) {
        try {
            return Files.readString(group.directory().resolve(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            return "";
        }
    }
}

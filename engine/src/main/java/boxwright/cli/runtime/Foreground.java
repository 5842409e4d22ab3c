package boxwright.cli.runtime;

import boxwright.kernel.Launch;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.oci.ContainerRecord;
import boxwright.runtime.oci.CreateRequest;
import java.io.IOException;

/** A container that is created and started by one command. */
record Foreground(Settings settings) {
    /**
     * Runs it.
     *
     * @param detach whether the command ends when the container runs
     * @param keep whether the container is left when it has ended
     * @return the exit code of the command
     */
    int run(CreateRequest request, boolean detach, boolean keep) throws IOException {
        ContainerRecord record = settings.creation().create(request);
        try {
            settings.start().start(request.id());
        } catch (IOException | RuntimeException e) {
            settings.deletion().delete(request.id(), true);
            throw e;
        }
        if (detach) {
            return 0;
        }
        ExitStatus status = new ExitStatus(Launch.reap(record.process().pid()));
        if (!keep) {
            settings.deletion().delete(request.id(), true);
        }
        return status.code();
    }
}

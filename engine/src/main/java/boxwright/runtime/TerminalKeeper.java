package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EIO;
import static boxwright.kernel.Errno.ENOTTY;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Terminal;

/**
 * Gives the user's terminal its settings back when the JVM, which had made it raw, was killed before it could.
 *
 * @param descriptor the launcher's descriptor of the terminal
 * @param settings as they were, see {@link Terminal#settings}
 */
public record TerminalKeeper(int descriptor, byte[] settings) {
    /** A line of the monitor. */
    void restore(PlanBuilder plan) {
        plan.ioctl(fd(descriptor), Constants.TCSETS, "TCSETS", Terminal.struct(settings))
                .tolerate(EIO, ENOTTY, EBADF)
                .because("the user's terminal as it was before");
    }
}

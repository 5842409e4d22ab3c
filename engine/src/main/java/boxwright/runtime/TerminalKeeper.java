package boxwright.runtime;

import static boxwright.kernel.Argument.fd;
import static boxwright.kernel.Errno.EBADF;
import static boxwright.kernel.Errno.EIO;
import static boxwright.kernel.Errno.ENOTTY;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;

/**
 * Gives the user's terminal its settings back when the JVM, which had made it raw, was killed before it could.
 *
 * @param descriptor the launcher's descriptor of the terminal
 * @param settings as they were, see {@link boxwright.kernel.Terminal#struct}
 */
public record TerminalKeeper(int descriptor, Argument.Struct settings) {
    /** A line of the monitor. */
    void restore(PlanBuilder plan) {
        plan.ioctl(fd(descriptor), Constants.TCSETS, "TCSETS", settings)
                .tolerate(EIO, ENOTTY, EBADF)
                .because("the user's terminal as it was before");
    }
}

package boxwright.runtime;

/**
 * How a container ended: a wait status, as wait(2) explains it.
 *
 * @param waitStatus the number that {@code wait4} gave
 */
public record ExitStatus(int waitStatus) {
    /** The exit code that a shell would show: the program's own, or 128 and the signal that ended it. */
    public int code() {
        return signal() == 0 ? waitStatus >> 8 & 0xff : 128 + signal();
    }

    /** The signal that ended the program, or 0. */
    public int signal() {
        return waitStatus & 0x7f;
    }
}

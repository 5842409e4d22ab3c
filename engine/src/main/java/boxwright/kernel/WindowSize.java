package boxwright.kernel;

/**
 * The size of a terminal's window in characters, {@code struct winsize} of ioctl_tty(2).
 *
 * @param rows height
 * @param columns width
 */
public record WindowSize(int rows, int columns) {}

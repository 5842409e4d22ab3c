package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_NOCTTY;
import static boxwright.kernel.Constants.O_RDWR;
import static boxwright.kernel.Constants.RESOLVE_NO_SYMLINKS;
import static boxwright.kernel.Errno.EEXIST;

import boxwright.kernel.Argument;
import boxwright.kernel.Constants;
import boxwright.kernel.Notation;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.WindowSize;
import java.util.List;

/**
 * A terminal of its own; pty(7). The new process opens a pair in its own {@code /dev/pts}, keeps the slave as standard
 * input, output and error and as its controlling terminal, and sends the master through a socket to whoever sits in front
 * of the container. Needs the mounts of {@link KernelFilesystems}, and {@code setsid} before.
 *
 * @param socket the launcher's descriptor of a unix socket
 * @param size of the window, in characters
 */
public record Console(int socket, WindowSize size) implements Isolation {
    private static final Slot MASTER = Slot.of("master");
    private static final Slot SLAVE = Slot.of("slave");

    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        pair(plan);
        Slot console = Slot.of("console");
        plan.createFile("/dev/console", 0620).tolerate(EEXIST).because("a place to mount on");
        plan.open_tree(SLAVE.value()).into(console).because("the slave's end itself, whatever its path leads to");
        plan.move_mount(console, "/dev/console").because("programs look for the console by this name");
        use(plan);
        takeControl(plan);
    }

    /** The lines for a process that joins a container: the same, but the container's console stays what it is. */
    public void open(PlanBuilder plan) {
        pair(plan);
        use(plan);
    }

    /** The line by which the leader of a session, who has no terminal yet, gets this one. */
    public void takeControl(PlanBuilder plan) {
        plan.ioctl(Argument.fd(0), Constants.TIOCSCTTY, "TIOCSCTTY", number(0))
                .because("the controlling terminal: Ctrl-C and job control work");
    }

    private void pair(PlanBuilder plan) {
        plan.openat2("/dev/pts/ptmx", O_RDWR | O_NOCTTY, RESOLVE_NO_SYMLINKS)
                .into(MASTER)
                .because("a new pair: this is the master's end");
        plan.ioctl(MASTER.value(), Constants.TIOCSPTLCK, "TIOCSPTLCK", Argument.pointerTo(0))
                .because("unlocks the slave, as unlockpt(3) does");
        plan.ioctl(MASTER.value(), Constants.TIOCSWINSZ, "TIOCSWINSZ", windowSize())
                .because("the size of the window that the user sees");
        plan.ioctl(MASTER.value(), Constants.TIOCGPTPEER, "TIOCGPTPEER", number(O_RDWR | O_NOCTTY, Notation.OPEN))
                .into(SLAVE)
                .because("the slave's end, found without a path");
    }

    private void use(PlanBuilder plan) {
        plan.sendDescriptor(Argument.fd(socket), MASTER).because("the master goes out to the user's side");
        for (int standard = 0; standard <= 2; standard++) {
            plan.dup3(SLAVE.value(), standard, 0);
        }
    }

    private Argument.Struct windowSize() {
        return new Argument.Struct(List.of(
                field("ws_row", 2, size.rows()),
                field("ws_col", 2, size.columns()),
                field("ws_xpixel", 2, 0),
                field("ws_ypixel", 2, 0)));
    }
}

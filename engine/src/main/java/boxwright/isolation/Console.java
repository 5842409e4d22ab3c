package boxwright.isolation;

import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Constants.O_NOCTTY;
import static boxwright.kernel.Constants.O_RDWR;
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
    @Override
    public String chapter() {
        return "03-root-filesystem";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        Slot master = Slot.of("master");
        Slot slave = Slot.of("slave");
        Slot tree = Slot.of("console");
        plan.open("/dev/ptmx", O_RDWR | O_NOCTTY, 0).into(master).because("a new pair: this is the master's end");
        plan.ioctl(master.value(), Constants.TIOCSPTLCK, "TIOCSPTLCK", Argument.pointerTo(0))
                .because("unlocks the slave, as unlockpt(3) does");
        plan.ioctl(master.value(), Constants.TIOCSWINSZ, "TIOCSWINSZ", windowSize())
                .because("the size of the window that the user sees");
        plan.ioctl(master.value(), Constants.TIOCGPTPEER, "TIOCGPTPEER", number(O_RDWR | O_NOCTTY, Notation.OPEN))
                .into(slave)
                .because("the slave's end, found without a path");
        plan.createFile("/dev/console", 0620).tolerate(EEXIST).because("a place to mount on");
        plan.open_tree(slave.value()).into(tree).because("the slave once more, as a mount");
        plan.move_mount(tree, "/dev/console").because("programs look for the console by this name");
        plan.close(tree.value());
        plan.sendDescriptor(Argument.fd(socket), master).because("the master goes out to the user's side");
        for (int standard = 0; standard <= 2; standard++) {
            plan.dup3(slave.value(), standard, 0);
        }
        plan.ioctl(Argument.fd(0), Constants.TIOCSCTTY, "TIOCSCTTY", number(0))
                .because("the controlling terminal: Ctrl-C and job control work");
    }

    private Argument.Struct windowSize() {
        return new Argument.Struct(List.of(
                field("ws_row", 2, size.rows()),
                field("ws_col", 2, size.columns()),
                field("ws_xpixel", 2, 0),
                field("ws_ypixel", 2, 0)));
    }
}

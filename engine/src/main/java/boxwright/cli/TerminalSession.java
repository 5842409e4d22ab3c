package boxwright.cli;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Terminal;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sits between the user's terminal and the container's: the user's is raw, so that every key, Ctrl-C and Ctrl-Z among
 * them, goes to the container's, which gives it its meaning. See pty(7) and termios(3).
 */
final class TerminalSession {
    private static final int BUFFER = 8192;
    /** How long to wait, in milliseconds, when no program in the container has the terminal open. */
    private static final long PAUSE = 10;

    private final Optional<Terminal> user;
    private final Descriptor input;
    private final Descriptor output;

    /**
     * A session at the standard descriptors.
     *
     * @param user the terminal on standard input, if it is one
     */
    TerminalSession(Optional<Terminal> user) {
        this.user = user;
        this.input = new Descriptor(0);
        this.output = new Descriptor(1);
    }

    /**
     * Runs until the container has ended; the user's terminal has its settings back then, whatever happened.
     *
     * @param master the master's end of the container's terminal
     * @param interactive whether what is typed goes to the container
     */
    ExitStatus run(ContainerProcess container, Descriptor master, boolean interactive) throws InterruptedException {
        Optional<byte[]> before = interactive ? user.map(Terminal::settings) : Optional.empty();
        Terminal inside = new Terminal(master);
        try {
            before.ifPresent(settings -> user.orElseThrow().apply(Terminal.raw(settings)));
            if (user.isPresent()) {
                Signals.on("WINCH", signal -> inside.resize(user.get().size()));
                // The window may have changed before anybody listened.
                inside.resize(user.get().size());
            }
            if (interactive) {
                Thread typing = new Thread(() -> type(master), "typing");
                typing.setDaemon(true);
                typing.start();
            }
            Showing showing = new Showing(master, output);
            showing.start();
            ExitStatus status = container.await();
            showing.ended = true;
            showing.join();
            return status;
        } finally {
            before.ifPresent(settings -> user.orElseThrow().apply(settings));
        }
    }

    private void type(Descriptor master) {
        byte[] buffer = new byte[BUFFER];
        for (int count = input.tryRead(buffer); count > 0; count = input.tryRead(buffer)) {
            try {
                master.write(Arrays.copyOf(buffer, count));
            } catch (KernelException e) {
                // The container has ended between the key and now.
                return;
            }
        }
    }

    /** Copies what the container prints, until it has ended and all is shown. */
    private static final class Showing extends Thread {
        private final Descriptor master;
        private final Descriptor output;
        private volatile boolean ended;

        Showing(Descriptor master, Descriptor output) {
            super("showing");
            this.master = master;
            this.output = output;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[BUFFER];
            while (true) {
                // Read before the answer is used: what was printed before the end is still shown.
                boolean last = ended;
                int count = master.tryRead(buffer);
                if (count > 0) {
                    output.write(Arrays.copyOf(buffer, count));
                } else if (last || count != -Errno.EIO) {
                    return;
                } else {
                    // EIO: no program has the slave's end open, now. One may open /dev/tty again.
                    pause();
                }
            }
        }

        private static void pause() {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

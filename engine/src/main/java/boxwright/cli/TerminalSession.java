package boxwright.cli;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.Terminal;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.RunningProcess;
import java.util.Arrays;
import java.util.Optional;

/**
 * Sits between the user's terminal and the container's: the user's is raw, so that every key, Ctrl-C and Ctrl-Z among
 * them, goes to the container's, which gives it its meaning. See pty(7) and termios(3).
 */
public final class TerminalSession {
    private static final int BUFFER = 8192;
    /** How long to wait, in milliseconds, when no program in the container has the terminal open. */
    private static final long PAUSE = 10;
    /** How long, in milliseconds, a container may tidy up after its user has gone. */
    private static final long GRACE = 1000;

    private final Optional<Terminal> user;
    private final Descriptor input;
    private final Descriptor output;

    /**
     * A session at the standard descriptors.
     *
     * @param user the terminal on standard input, if it is one
     */
    public TerminalSession(Optional<Terminal> user) {
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
    public ExitStatus run(RunningProcess container, Descriptor master, boolean interactive)
            throws InterruptedException {
        Optional<byte[]> before = interactive ? user.map(Terminal::settings) : Optional.empty();
        Terminal inside = new Terminal(master);
        try {
            before.ifPresent(settings -> user.orElseThrow().apply(Terminal.raw(settings)));
            if (user.isPresent()) {
                Signals.on("WINCH", signal -> inside.resize(user.get().size()));
                // The window may have changed before anybody listened.
                inside.resize(user.get().size());
            }
            Signals.on("HUP", signal -> hangUp(container));
            if (interactive) {
                Thread typing = new Thread(() -> type(container, master), "typing");
                typing.setDaemon(true);
                typing.start();
            }
            Showing showing = new Showing(master, output, () -> hangUp(container));
            showing.start();
            ExitStatus status = container.await();
            showing.ended = true;
            showing.join();
            return status;
        } finally {
            before.ifPresent(this::restore);
        }
    }

    private void restore(byte[] settings) {
        try {
            user.orElseThrow().apply(settings);
        } catch (KernelException e) {
            // EIO: the terminal is gone, and its settings with it.
            if (e.errno() != Errno.EIO) {
                throw e;
            }
        }
    }

    private void type(RunningProcess container, Descriptor master) {
        byte[] buffer = new byte[BUFFER];
        for (int count = input.tryRead(buffer); count > 0; count = input.tryRead(buffer)) {
            try {
                master.write(Arrays.copyOf(buffer, count));
            } catch (KernelException e) {
                // The container has ended between the key and now.
                return;
            }
        }
        // A raw terminal has no end of file: its window was closed, or its line cut.
        hangUp(container);
    }

    /**
     * The user is gone: the container gets the signal that a shell would get, signal(7), and a moment; then it ends,
     * since nobody could reach it any more.
     */
    private static void hangUp(RunningProcess container) {
        container.signal(Constants.SIGHUP);
        pause(GRACE);
        container.signal(Constants.SIGKILL);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies what the container prints, until it has ended and all is shown. */
    private static final class Showing extends Thread {
        private final Descriptor master;
        private final Descriptor output;
        private final Runnable unseen;
        private volatile boolean ended;

        /**
         * From the container to the user.
         *
         * @param unseen what to do when nobody takes the output any more
         */
        Showing(Descriptor master, Descriptor output, Runnable unseen) {
            super("showing");
            this.master = master;
            this.output = output;
            this.unseen = unseen;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[BUFFER];
            while (true) {
                // Read before the answer is used: what was printed before the end is still shown.
                boolean last = ended;
                int count = master.tryRead(buffer);
                if (count > 0) {
                    if (!show(Arrays.copyOf(buffer, count))) {
                        unseen.run();
                        return;
                    }
                } else if (last || count != -Errno.EIO) {
                    return;
                } else {
                    // EIO: no program has the slave's end open, now. One may open /dev/tty again.
                    pause(PAUSE);
                }
            }
        }

        private boolean show(byte[] bytes) {
            try {
                output.write(bytes);
                return true;
            } catch (KernelException e) {
                return false;
            }
        }
    }
}

package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * An open file descriptor of this JVM, all of whose calls are the kernel's own. Every descriptor is close-on-exec: it
 * reaches another program only where {@link Launcher} passes it on.
 *
 * @param number the descriptor
 */
public record Descriptor(int number) implements AutoCloseable {
    /** The lowest number for descriptors that are passed on, above all numbers that a launcher gets. */
    private static final int ABOVE = 64;

    /** pipe2(2): what is written to {@code in} can be read from {@code out}. */
    public record Pipe(Descriptor out, Descriptor in) implements AutoCloseable {
        @Override
        public void close() {
            out.close();
            in.close();
        }
    }

    /** pipe2(2). */
    public static Pipe pipe() {
        int[] ends = new int[2];
        check("pipe2()", Libc.syscall(SystemCall.PIPE2, ends, Constants.O_CLOEXEC));
        return raised(ends);
    }

    /** socketpair(2): two connected unix stream sockets. */
    public static Pipe socketPair() {
        int[] ends = new int[2];
        long type = Constants.SOCK_STREAM | Constants.SOCK_CLOEXEC;
        check("socketpair(AF_UNIX)", Libc.syscall(SystemCall.SOCKETPAIR, Constants.AF_UNIX, type, 0, ends));
        return raised(ends);
    }

    /**
     * socket(2) of netlink(7), family {@code NETLINK_ROUTE}. A read gives whole messages, or cuts off what is more than
     * the reader has room for; a write is a message to the kernel.
     */
    public static Descriptor routeSocket() {
        long type = Constants.SOCK_RAW | Constants.SOCK_CLOEXEC;
        long number = Libc.syscall(SystemCall.SOCKET, Constants.AF_NETLINK, type, Constants.NETLINK_ROUTE);
        Descriptor socket = new Descriptor(check("socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)", number)).raised();
        byte[] on = {1, 0, 0, 0};
        for (int option : new int[] {Constants.NETLINK_CAP_ACK, Constants.NETLINK_EXT_ACK}) {
            // Kernels before 4.12 know neither, and explain their errors less.
            Libc.syscall(SystemCall.SETSOCKOPT, socket.number, Constants.SOL_NETLINK, option, on, on.length);
        }
        return socket;
    }

    /**
     * The same in another network namespace: a socket stays in the one in which it was made.
     *
     * @param network an open {@code /proc/PID/ns/net}
     */
    public static Descriptor routeSocketIn(Descriptor network) {
        // setns(2) moves one thread; this one ends with it.
        FutureTask<Descriptor> task = new FutureTask<>(() -> {
            check("setns(CLONE_NEWNET)", Libc.syscall(SystemCall.SETNS, network.number, Constants.CLONE_NEWNET));
            return routeSocket();
        });
        Thread.ofPlatform().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw e.getCause() instanceof KernelException refused ? refused : new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A unix stream socket that is connected to a path; unix(7).
     *
     * @throws KernelException ENOENT or ECONNREFUSED where nobody listens
     */
    public static Descriptor connected(Path path) {
        String operation = "connect(\"" + path + "\")";
        long type = Constants.SOCK_STREAM | Constants.SOCK_CLOEXEC;
        Descriptor socket = new Descriptor(
                        check("socket(AF_UNIX)", Libc.syscall(SystemCall.SOCKET, Constants.AF_UNIX, type, 0)))
                .raised();
        try (Descriptor directory = open(path.resolveSibling("."), Constants.O_PATH, 0)) {
            // An address has room for 108 bytes; this way to the file is always short enough, unless its name is not.
            byte[] name = cString("/proc/self/fd/" + directory.number + "/" + path.getFileName());
            byte[] address = new byte[Math.max(110, name.length + 2)];
            address[0] = Constants.AF_UNIX;
            System.arraycopy(name, 0, address, 2, name.length);
            check(operation, Libc.syscall(SystemCall.CONNECT, socket.number, address, name.length + 2));
            return socket;
        } catch (KernelException e) {
            socket.close();
            throw e;
        }
    }

    /** memfd_create(2): a file in memory, with a text in it. */
    public static Descriptor memory(String name) {
        long number = Libc.syscall(SystemCall.MEMFD_CREATE, cString(name), Constants.MFD_CLOEXEC);
        return new Descriptor(check("memfd_create(\"" + name + "\")", number)).raised();
    }

    /** mkfifo(3): a pipe with a path. */
    public static void makeFifo(Path path, int mode) {
        long result = Libc.syscall(
                SystemCall.MKNODAT, Constants.AT_FDCWD, cString(path.toString()), Constants.S_IFIFO | mode, 0);
        check("mkfifo(\"" + path + "\")", result);
    }

    private static Pipe raised(int[] ends) {
        Descriptor out;
        try {
            out = new Descriptor(ends[0]).raised();
        } catch (KernelException e) {
            new Descriptor(ends[1]).close();
            throw e;
        }
        try {
            return new Pipe(out, new Descriptor(ends[1]).raised());
        } catch (KernelException e) {
            out.close();
            throw e;
        }
    }

    /**
     * open(2).
     *
     * @param flags {@code O_…}; {@code O_CLOEXEC} is added
     * @param mode the permissions of a new file
     */
    public static Descriptor open(Path path, long flags, int mode) {
        long number = Libc.syscall(
                SystemCall.OPENAT, Constants.AT_FDCWD, cString(path.toString()), flags | Constants.O_CLOEXEC, mode);
        return new Descriptor(check("open(\"" + path + "\")", number)).raised();
    }

    /** read(2). Returns what was there, at most {@code limit} bytes; an empty array at the end. */
    public byte[] read(int limit) {
        byte[] buffer = new byte[limit];
        int count = check("read(" + number + ")", tryRead(buffer));
        return count == limit ? buffer : Arrays.copyOf(buffer, count);
    }

    /** read(2), again after a signal. Returns the count, 0 at the end, or a negated errno. */
    public int tryRead(byte[] buffer) {
        long count;
        do {
            count = Libc.syscall(SystemCall.READ, number, buffer, buffer.length);
        } while (count == -Errno.EINTR);
        return (int) count;
    }

    /** write(2), until all is written. Throws {@link KernelException}, with EPIPE where nobody reads any more. */
    public void write(byte[] bytes) {
        byte[] rest = bytes;
        while (rest.length > 0) {
            long count = Libc.syscall(SystemCall.WRITE, number, rest, rest.length);
            if (count != -Errno.EINTR) {
                int written = check("write(" + number + ")", count);
                rest = Arrays.copyOfRange(rest, written, rest.length);
            }
        }
    }

    /**
     * recvmsg(2): receives one byte and the descriptor sent with it; {@code SCM_RIGHTS} in unix(7).
     *
     * @throws KernelException EPIPE when the other side went away without sending one
     */
    public Descriptor receiveDescriptor() {
        return DescriptorMessage.receive(this);
    }

    /** ioctl(2) with memory that the kernel reads or fills. Returns the result or the negated errno. */
    public long ioctl(long request, byte[] memory) {
        return Libc.syscall(SystemCall.IOCTL, number, request, memory);
    }

    /** flock(2) {@code LOCK_EX|LOCK_NB}. Returns whether we hold the lock now. */
    public boolean tryLock() {
        return Libc.syscall(SystemCall.FLOCK, number, 2 | 4) == 0;
    }

    /**
     * ppoll(2): waits until there is something to read, or nobody is left who could write; for a pidfd, until the process
     * has ended.
     *
     * @param millis how long, at most
     * @return whether it is so
     */
    public boolean awaitInput(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        while (true) {
            long nanos = Math.max(0, end - System.nanoTime());
            ByteBuffer poll = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            poll.putInt(number).putShort((short) Constants.POLLIN);
            ByteBuffer time = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            time.putLong(nanos / 1_000_000_000).putLong(nanos % 1_000_000_000);
            long result = Libc.syscall(SystemCall.PPOLL, poll.array(), 1L, time.array(), 0L, 8L);
            if (result != -Errno.EINTR) {
                return check("ppoll(" + number + ")", result) > 0;
            }
        }
    }

    /** A copy under a number that no launcher uses for itself. */
    public Descriptor copied() {
        long copy = Libc.syscall(SystemCall.FCNTL, number, Constants.F_DUPFD_CLOEXEC, ABOVE);
        return new Descriptor(check("fcntl(" + number + ", F_DUPFD_CLOEXEC)", copy));
    }

    /** pidfd_open(2): a descriptor of a process; empty when there is no such process any more. */
    public static Optional<Descriptor> ofProcess(int pid) {
        long number = Libc.syscall(SystemCall.PIDFD_OPEN, pid, 0);
        return number < 0 ? Optional.empty() : Optional.of(new Descriptor((int) number).raised());
    }

    /** pidfd_send_signal(2). Does nothing when the process has ended. */
    public void signal(int signal) {
        long result = Libc.syscall(SystemCall.PIDFD_SEND_SIGNAL, number, signal, 0, 0);
        if (result != -Errno.ESRCH) {
            check("pidfd_send_signal(" + Notation.SIGNAL.write(signal) + ")", result);
        }
    }

    /**
     * poll(2) of a pidfd: waits until the process has ended.
     *
     * @param milliseconds at most; a negative number for ever
     * @return whether it has ended
     */
    public boolean awaitEnd(long milliseconds) {
        byte[] polled = new byte[8];
        ByteBuffer.wrap(polled).order(ByteOrder.LITTLE_ENDIAN).putInt(number).putShort((short) Constants.POLLIN);
        long end = System.nanoTime() + milliseconds * 1_000_000;
        long result;
        do {
            long rest = Math.max(0, end - System.nanoTime());
            byte[] time = new byte[16];
            ByteBuffer.wrap(time)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(rest / 1_000_000_000)
                    .putLong(rest % 1_000_000_000);
            Object limit = milliseconds < 0 ? (Object) 0 : time;
            result = Libc.syscall(SystemCall.PPOLL, polled, 1, limit, 0, 8);
        } while (result == -Errno.EINTR);
        return check("ppoll(" + number + ")", result) > 0;
    }

    /** close(2). */
    @Override
    public void close() {
        Libc.syscall(SystemCall.CLOSE, number);
    }

    /** The same open file under a number that no launcher uses for itself; this one is closed. */
    Descriptor raised() {
        long raised = Libc.syscall(SystemCall.FCNTL, number, Constants.F_DUPFD_CLOEXEC, ABOVE);
        close();
        return new Descriptor(check("fcntl(" + number + ", F_DUPFD_CLOEXEC)", raised));
    }

    static int check(String operation, long result) {
        if (result < 0) {
            throw new KernelException(operation, (int) -result);
        }
        return (int) result;
    }

    static byte[] cString(String text) {
        byte[] characters = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(characters, characters.length + 1);
    }
}

package boxwright.kernel.netlink;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import java.util.ArrayList;
import java.util.List;

/**
 * A line to the kernel's network configuration, of one network namespace; rtnetlink(7). One thread at a time.
 *
 * <p>The kernel answers a change with an {@code NLMSG_ERROR} that has the errno, 0 for "done":
 *
 * <pre>
 * 24 00 00 00  02 00  00 01  01 00 00 00  d2 04 00 00   36 bytes, NLMSG_ERROR, NLM_F_CAPPED, sequence 1, our port
 * 00 00 00 00                                           errno 0
 * 20 00 00 00  10 00  05 00  01 00 00 00  d2 04 00 00   the header of our request
 * </pre>
 */
public final class RouteSocket implements AutoCloseable {
    /** What the kernel puts into one answer at the most, unless asked for more: netlink_dump in af_netlink.c. */
    private static final int LARGEST = 1 << 16;

    private static final int PATIENCE = 10;

    private final Descriptor socket;
    private int sequence;

    /** Opens one. Throws {@link boxwright.kernel.KernelException} where the kernel has no network. */
    public RouteSocket() {
        socket = Descriptor.routeSocket();
    }

    /**
     * Opens one to the configuration of another network namespace.
     *
     * @param network an open {@code /proc/PID/ns/net}
     * @throws boxwright.kernel.KernelException EPERM where we may not enter it
     */
    public RouteSocket(Descriptor network) {
        socket = Descriptor.routeSocketIn(network);
    }

    /**
     * Makes a request, and returns the answers to it without the last, which only says that it was the last.
     *
     * @param operation for the message, with its object
     * @throws NetlinkException when the kernel refuses
     */
    List<Answer> send(String operation, Request request) {
        for (int attempt = 1; ; attempt++) {
            List<Answer> answers = attempt(operation, request);
            boolean torn = answers.stream().anyMatch(answer -> (answer.flags() & Answer.NLM_F_DUMP_INTR) != 0);
            if (!torn) {
                return answers;
            }
            if (attempt == PATIENCE) {
                throw new NetlinkException(operation, Errno.EINTR, "the list changes faster than it can be read");
            }
        }
    }

    private List<Answer> attempt(String operation, Request request) {
        sequence++;
        socket.write(request.message(sequence));
        List<Answer> answers = new ArrayList<>();
        while (true) {
            for (Answer answer : Answer.in(socket.read(LARGEST))) {
                boolean last = answer.type() == Answer.NLMSG_ERROR || answer.type() == Answer.NLMSG_DONE;
                if (answer.sequence() != sequence) {
                    continue;
                }
                if (last && answer.errno() != 0) {
                    throw new NetlinkException(operation, answer.errno(), answer.explanation());
                }
                if (last) {
                    return answers;
                }
                answers.add(answer);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}

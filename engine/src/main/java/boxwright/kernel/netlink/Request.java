package boxwright.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A message to the kernel that is being written: {@code struct nlmsghdr}, the header of its family, then attributes, each
 * with a length and a type before its value and padded to four bytes; netlink(7). All numbers are in the order of the
 * machine, which is little-endian on x86-64 and aarch64, but addresses, which are in the order of the network.
 *
 * <p>The request for the link {@code lo}, which is number 1, to go up:
 *
 * <pre>
 * 20 00 00 00  10 00  05 00  01 00 00 00  00 00 00 00   32 bytes, RTM_NEWLINK, NLM_F_REQUEST|NLM_F_ACK, sequence 1
 * 00 00 00 00  01 00 00 00  01 00 00 00  01 00 00 00    struct ifinfomsg: link 1, IFF_UP, of IFF_UP only
 * </pre>
 */
final class Request {
    static final int HEADER = 16;

    // netlink(7), include/uapi/linux/netlink.h
    static final int NLM_F_REQUEST = 1;
    static final int NLM_F_ACK = 4;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;

    /** More than any of our requests takes: names have 15 bytes at the most. */
    private static final int CAPACITY = 512;

    private final int type;
    private final int flags;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(CAPACITY).order(ByteOrder.LITTLE_ENDIAN).position(HEADER);

    /**
     * A request without a body yet.
     *
     * @param type {@code RTM_…}
     * @param flags {@code NLM_F_…}; {@code NLM_F_REQUEST} is added, and {@code NLM_F_ACK} where this is no dump
     */
    Request(int type, int flags) {
        this.type = type;
        this.flags = flags | NLM_F_REQUEST | ((flags & NLM_F_DUMP) == NLM_F_DUMP ? 0 : NLM_F_ACK);
    }

    /** Numbers of one byte each. */
    Request bytes(int... values) {
        for (int value : values) {
            buffer.put((byte) value);
        }
        return this;
    }

    /** A number of four bytes. */
    Request word(int value) {
        buffer.putInt(value);
        return this;
    }

    /** An attribute that is a number of four bytes: {@code 08 00 13 00 2a 00 00 00} for 42 as number 19. */
    Request attribute(int number, int value) {
        return nested(number, inner -> inner.word(value));
    }

    /** An attribute that is a string; the kernel wants its NUL. */
    Request attribute(int number, String value) {
        return attribute(number, Arrays.copyOf(value.getBytes(StandardCharsets.UTF_8), value.length() + 1));
    }

    /** An attribute of any bytes, such as an address. */
    Request attribute(int number, byte[] value) {
        return nested(number, inner -> inner.buffer.put(value));
    }

    /** An attribute that has attributes. */
    Request nested(int number, Consumer<Request> content) {
        int start = buffer.position();
        buffer.putShort((short) 0).putShort((short) number);
        content.accept(this);
        // The length is that of the value; the padding after it does not count.
        buffer.putShort(start, (short) (buffer.position() - start));
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    /** The whole message. */
    byte[] message(int sequence) {
        int length = buffer.position();
        buffer.putInt(0, length)
                .putShort(4, (short) type)
                .putShort(6, (short) flags)
                .putInt(8, sequence);
        return Arrays.copyOf(buffer.array(), length);
    }
}

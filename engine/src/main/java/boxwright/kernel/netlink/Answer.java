package boxwright.kernel.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A message from the kernel, see {@link Request} for its form. One read gives several, each padded to four bytes.
 *
 * @param type {@code RTM_…} or {@code NLMSG_…}
 * @param flags {@code NLM_F_…}
 * @param sequence that of the request
 * @param body what follows {@code struct nlmsghdr}
 */
record Answer(int type, int flags, int sequence, ByteBuffer body) {
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;

    /** What was changed while it was being listed, so that the list may have gaps. */
    static final int NLM_F_DUMP_INTR = 0x10;

    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;

    /** Nested attributes, and those in the order of the network, have a mark in the upper bits of their number. */
    private static final int NUMBER = 0x3fff;

    /** All messages of one read. */
    static List<Answer> in(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Answer> answers = new ArrayList<>();
        int start = 0;
        while (start + Request.HEADER <= bytes.length) {
            int length = all.getInt(start);
            if (length < Request.HEADER || length > bytes.length - start) {
                break;
            }
            answers.add(new Answer(
                    all.getShort(start + 4),
                    all.getShort(start + 6),
                    all.getInt(start + 8),
                    part(all, start + Request.HEADER, length - Request.HEADER)));
            start += padded(length);
        }
        return answers;
    }

    /** For {@code NLMSG_ERROR}, and {@code NLMSG_DONE} where it has one: the errno; 0 for a success. */
    int errno() {
        return body.remaining() < 4 ? 0 : -body.getInt(0);
    }

    /**
     * What the kernel says about an error in words, the "extended ack": {@code Unknown device type}. Empty where it says
     * nothing, as kernels before 4.12 do.
     */
    String explanation() {
        if ((flags & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        // struct nlmsgerr: the errno and our request, or, where it is capped, its header only.
        int request = (flags & NLM_F_CAPPED) != 0 ? Request.HEADER : padded(body.getInt(4));
        ByteBuffer text = attributes(4 + request).get(NLMSGERR_ATTR_MSG);
        return text == null ? "" : string(text);
    }

    /**
     * The attributes.
     *
     * @param header the size of the family's header before them
     */
    Map<Integer, ByteBuffer> attributes(int header) {
        Map<Integer, ByteBuffer> attributes = new HashMap<>();
        int start = header;
        while (start + 4 <= body.limit()) {
            int length = body.getShort(start) & 0xffff;
            if (length < 4 || length > body.limit() - start) {
                break;
            }
            attributes.put(body.getShort(start + 2) & NUMBER, part(body, start + 4, length - 4));
            start += padded(length);
        }
        return attributes;
    }

    /** A string without its NUL. */
    static String string(ByteBuffer value) {
        String text = StandardCharsets.UTF_8.decode(value.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    private static ByteBuffer part(ByteBuffer whole, int start, int length) {
        return whole.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }
}

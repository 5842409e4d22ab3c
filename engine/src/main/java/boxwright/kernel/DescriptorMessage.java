package boxwright.kernel;

import com.sun.jna.Memory;

/** A {@code struct msghdr} that receives one descriptor; see recvmsg(2), cmsg(3), unix(7). */
final class DescriptorMessage {
    private static final int HEADER = 56;
    private static final int VECTOR = 16;
    private static final int CONTROL = 24;

    private DescriptorMessage() {}

    static Descriptor receive(Descriptor socket) {
        try (Memory memory = new Memory(HEADER + VECTOR + CONTROL + 8)) {
            memory.clear();
            memory.setPointer(16, memory.share(HEADER));
            memory.setLong(24, 1);
            memory.setPointer(32, memory.share(HEADER + VECTOR));
            memory.setLong(40, CONTROL);
            memory.setPointer(HEADER, memory.share(HEADER + VECTOR + CONTROL));
            memory.setLong(HEADER + 8, 1);
            long count = Libc.syscall(SystemCall.RECVMSG, socket.number(), memory, (long) Constants.MSG_CMSG_CLOEXEC);
            Descriptor.check("recvmsg(" + socket.number() + ")", count);
            if (count == 0 || memory.getLong(40) < CONTROL - 4) {
                throw new KernelException("recvmsg(" + socket.number() + ")", Errno.EPIPE);
            }
            return new Descriptor(memory.getInt(HEADER + VECTOR + 16)).raised();
        }
    }
}

package boxwright.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An IPv4 address; ip(7).
 *
 * @param bits the first octet is the highest
 */
public record Ipv4(int bits) {
    /** {@code 0.0.0.0}. */
    public static final Ipv4 ANY = new Ipv4(0);

    /** Of four numbers. */
    public static Ipv4 of(int first, int second, int third, int fourth) {
        return new Ipv4(first << 24 | second << 16 | third << 8 | fourth);
    }

    /** Of the first four bytes of a buffer, which are in the order of the network. */
    public static Ipv4 of(ByteBuffer octets) {
        return new Ipv4(octets.duplicate().order(ByteOrder.BIG_ENDIAN).getInt(0));
    }

    /** The address that comes so many after this one. */
    public Ipv4 plus(int count) {
        return new Ipv4(bits + count);
    }

    /** In the order of the network. */
    public byte[] octets() {
        return ByteBuffer.allocate(4).putInt(bits).array();
    }

    @Override
    public String toString() {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }
}

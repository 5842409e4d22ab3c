package boxwright.kernel;

/**
 * The IPv4 addresses that begin with the same bits.
 *
 * @param first the one whose other bits are 0
 * @param prefix how many bits, 0 to 32
 */
public record Ipv4Subnet(Ipv4 first, int prefix) {
    public Ipv4Subnet {
        if (prefix < 0 || prefix > 32 || (first.bits() & ~mask(prefix)) != 0) {
            throw new IllegalArgumentException("not a subnet: " + first + "/" + prefix);
        }
    }

    /** The subnet that an address is in. */
    public static Ipv4Subnet around(Ipv4 address, int prefix) {
        return new Ipv4Subnet(new Ipv4(address.bits() & mask(prefix)), prefix);
    }

    /** Whether an address is in both. */
    public boolean overlaps(Ipv4Subnet other) {
        int shared = mask(Math.min(prefix, other.prefix));
        return (first.bits() & shared) == (other.first.bits() & shared);
    }

    /** As {@code 255.255.255.252}. */
    public Ipv4 mask() {
        return new Ipv4(mask(prefix));
    }

    /** Java shifts by 32 as by 0. */
    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (32 - prefix);
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }
}

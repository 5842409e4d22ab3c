package boxwright.kernel.netlink;

import static boxwright.kernel.netlink.Request.NLM_F_CREATE;
import static boxwright.kernel.netlink.Request.NLM_F_DUMP;
import static boxwright.kernel.netlink.Request.NLM_F_EXCL;

import boxwright.kernel.Ipv4;
import boxwright.kernel.Ipv4Subnet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * IPv4 addresses of devices: {@code RTM_…ADDR} of rtnetlink(7). All methods throw {@link NetlinkException}.
 *
 * <p>The request for 10.231.0.1/30 on link 7:
 *
 * <pre>
 * 28 00 00 00  14 00  05 06  01 00 00 00  00 00 00 00   40 bytes, RTM_NEWADDR, …|NLM_F_EXCL|NLM_F_CREATE, sequence 1
 * 02 1e 00 00  07 00 00 00                              struct ifaddrmsg: AF_INET, /30, link 7
 * 08 00 02 00  0a e7 00 01                              IFA_LOCAL, 10.231.0.1
 * 08 00 01 00  0a e7 00 01                              IFA_ADDRESS, the same: no peer
 * </pre>
 *
 * @param socket decides on the namespace
 */
public record Addresses(RouteSocket socket) {
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_GETADDR = 22;
    private static final int AF_INET = 2;
    private static final int HEADER = 8;
    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_RT_PRIORITY = 9;
    private static final int IFA_F_PERMANENT = 0x80;
    /** What can be asked for: no detection of duplicates, a home address, managed temporary ones, no route of its own. */
    private static final int IFA_F_SETTABLE = 0x02 | 0x10 | 0x100 | 0x200;

    private static final int RT_SCOPE_UNIVERSE = 0;

    /**
     * An address.
     *
     * @param link the index of its device
     * @param address of the device
     * @param prefix how many bits of it all have that are on the same cable
     */
    public record Assigned(int link, Ipv4 address, int prefix) {
        /** Those that are on the same cable. */
        public Ipv4Subnet subnet() {
            return Ipv4Subnet.around(address, prefix);
        }
    }

    /** All addresses of all devices. */
    public List<Assigned> list() {
        Request request =
                new Request(RTM_GETADDR, NLM_F_DUMP).bytes(AF_INET, 0, 0, 0).word(0);
        return socket.send("RTM_GETADDR", request).stream()
                .map(Addresses::assigned)
                .toList();
    }

    /**
     * An address of IPv4 or IPv6 as the kernel told of it, to be given to a device again.
     *
     * @param family {@code AF_INET} or {@code AF_INET6}
     * @param prefix how many bits of it all have that are on the same cable
     * @param flags {@code IFA_F_…}
     * @param attributes what makes the address, {@code IFA_…}, by their numbers
     */
    public record Kept(int family, int prefix, int flags, Map<Integer, ByteBuffer> attributes) {
        public Kept {
            attributes = Map.copyOf(attributes);
        }
    }

    /** The addresses of a device that somebody has given it for good, and that mean it everywhere; ip-address(8). */
    public List<Kept> permanent(Link link) {
        List<Kept> kept = new ArrayList<>();
        Request request = new Request(RTM_GETADDR, NLM_F_DUMP).bytes(0, 0, 0, 0).word(0);
        for (Answer answer : socket.send("RTM_GETADDR", request)) {
            Map<Integer, ByteBuffer> attributes = answer.attributes(HEADER);
            ByteBuffer body = answer.body();
            ByteBuffer wide = attributes.get(IFA_FLAGS);
            int flags = wide == null ? body.get(2) & 0xff : wide.getInt(0);
            boolean everywhere = body.get(3) == RT_SCOPE_UNIVERSE;
            if (body.getInt(4) == link.index() && everywhere && (flags & IFA_F_PERMANENT) != 0) {
                attributes.keySet().retainAll(List.of(IFA_ADDRESS, IFA_LOCAL, IFA_BROADCAST, IFA_RT_PRIORITY));
                kept.add(new Kept(body.get(0), body.get(1) & 0xff, flags & IFA_F_SETTABLE, attributes));
            }
        }
        return kept;
    }

    /** Gives a device such an address. */
    public void add(Link link, Kept kept) {
        Request request = new Request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL)
                .bytes(kept.family(), kept.prefix(), 0, RT_SCOPE_UNIVERSE)
                .word(link.index())
                .attribute(IFA_FLAGS, kept.flags());
        kept.attributes().forEach((number, value) -> {
            byte[] bytes = new byte[value.remaining()];
            value.duplicate().get(bytes);
            request.attribute(number, bytes);
        });
        socket.send("RTM_NEWADDR(of \"" + link.name() + "\")", request);
    }

    /** Gives a device an address. When the device is up, the kernel has a route to the subnet through it. */
    public void add(Link link, Ipv4 address, int prefix) {
        Request request = adding(link.index(), address, prefix);
        socket.send("RTM_NEWADDR(" + address + "/" + prefix + " of \"" + link.name() + "\")", request);
    }

    static Request adding(int link, Ipv4 address, int prefix) {
        return new Request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL)
                .bytes(AF_INET, prefix, 0, 0)
                .word(link)
                .attribute(IFA_LOCAL, address.octets())
                .attribute(IFA_ADDRESS, address.octets());
    }

    private static Assigned assigned(Answer answer) {
        Map<Integer, ByteBuffer> attributes = answer.attributes(HEADER);
        ByteBuffer local = attributes.get(IFA_LOCAL);
        return new Assigned(
                answer.body().getInt(4),
                local == null ? Ipv4.ANY : Ipv4.of(local),
                answer.body().get(1) & 0xff);
    }
}

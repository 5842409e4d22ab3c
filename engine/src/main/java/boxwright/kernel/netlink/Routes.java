package boxwright.kernel.netlink;

import static boxwright.kernel.netlink.Request.NLM_F_CREATE;
import static boxwright.kernel.netlink.Request.NLM_F_DUMP;
import static boxwright.kernel.netlink.Request.NLM_F_EXCL;

import boxwright.kernel.Ipv4;
import boxwright.kernel.Ipv4Subnet;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * IPv4 routes: {@code RTM_…ROUTE} of rtnetlink(7). All methods throw {@link NetlinkException}.
 *
 * <p>The request for a default route over 10.231.0.1:
 *
 * <pre>
 * 24 00 00 00  18 00  05 06  01 00 00 00  00 00 00 00   36 bytes, RTM_NEWROUTE, …|NLM_F_EXCL|NLM_F_CREATE, sequence 1
 * 02 00 00 00  fe 03 00 01  00 00 00 00                 struct rtmsg: AF_INET, /0, RT_TABLE_MAIN, RTPROT_BOOT,
 *                                                       RT_SCOPE_UNIVERSE, RTN_UNICAST
 * 08 00 05 00  0a e7 00 01                              RTA_GATEWAY, 10.231.0.1
 * </pre>
 *
 * @param socket decides on the namespace
 */
public record Routes(RouteSocket socket) {
    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_GETROUTE = 26;
    private static final int AF_INET = 2;
    private static final int HEADER = 12;
    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_GATEWAY = 5;
    private static final int RT_TABLE_MAIN = 254;
    private static final int RTPROT_BOOT = 3;
    private static final int RT_SCOPE_UNIVERSE = 0;
    private static final int RTN_UNICAST = 1;

    /**
     * A route.
     *
     * @param destination where it leads; of no bits for the default route
     * @param gateway the next machine on the way; empty for what is on our own cables
     * @param link the index of the device
     */
    public record Route(Ipv4Subnet destination, Optional<Ipv4> gateway, OptionalInt link) {}

    /** All routes of all tables; those of the table "local" are the addresses of this machine itself. */
    public List<Route> list() {
        Request request = new Request(RTM_GETROUTE, NLM_F_DUMP)
                .bytes(AF_INET, 0, 0, 0, 0, 0, 0, 0)
                .word(0);
        return socket.send("RTM_GETROUTE", request).stream().map(Routes::route).toList();
    }

    /** Adds a route to the main table. EEXIST where there is one to that destination, ENETUNREACH for a far gateway. */
    public void add(Ipv4Subnet destination, Ipv4 gateway) {
        socket.send("RTM_NEWROUTE(" + destination + " via " + gateway + ")", adding(destination, gateway));
    }

    static Request adding(Ipv4Subnet destination, Ipv4 gateway) {
        Request request = new Request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL)
                .bytes(AF_INET, destination.prefix(), 0, 0)
                .bytes(RT_TABLE_MAIN, RTPROT_BOOT, RT_SCOPE_UNIVERSE, RTN_UNICAST)
                .word(0);
        if (destination.prefix() > 0) {
            request.attribute(RTA_DST, destination.first().octets());
        }
        return request.attribute(RTA_GATEWAY, gateway.octets());
    }

    private static Route route(Answer answer) {
        Map<Integer, ByteBuffer> attributes = answer.attributes(HEADER);
        ByteBuffer link = attributes.get(RTA_OIF);
        return new Route(
                Ipv4Subnet.around(
                        address(attributes, RTA_DST).orElse(Ipv4.ANY),
                        answer.body().get(1) & 0xff),
                address(attributes, RTA_GATEWAY),
                link == null ? OptionalInt.empty() : OptionalInt.of(link.getInt(0)));
    }

    private static Optional<Ipv4> address(Map<Integer, ByteBuffer> attributes, int number) {
        return Optional.ofNullable(attributes.get(number)).map(Ipv4::of);
    }
}

package boxwright.kernel.netlink;

import static boxwright.kernel.netlink.Request.NLM_F_CREATE;
import static boxwright.kernel.netlink.Request.NLM_F_DUMP;
import static boxwright.kernel.netlink.Request.NLM_F_EXCL;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Network devices: {@code RTM_…LINK} of rtnetlink(7). All methods throw {@link NetlinkException}.
 *
 * @param socket decides on the namespace
 */
public record Links(RouteSocket socket) {
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    /** {@code struct ifinfomsg}: family, padding, type, index, flags, and which flags are meant. */
    private static final int HEADER = 16;

    private static final int IFF_UP = 1;

    // include/uapi/linux/if_link.h
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_NET_NS_PID = 19;
    private static final int IFLA_AF_SPEC = 26;
    private static final int IFLA_NET_NS_FD = 28;
    private static final int IFLA_INFO_KIND = 1;
    private static final int IFLA_INFO_DATA = 2;
    private static final int VETH_INFO_PEER = 1;
    private static final int IFLA_INET6_ADDR_GEN_MODE = 8;
    private static final int IN6_ADDR_GEN_MODE_NONE = 1;
    private static final int AF_INET6 = 10;

    /** All devices. */
    public List<Link> list() {
        return socket.send("RTM_GETLINK", header(new Request(RTM_GETLINK, NLM_F_DUMP), 0, 0, 0)).stream()
                .map(Links::link)
                .toList();
    }

    /** The device of that name. */
    public Optional<Link> find(String name) {
        Request request = header(new Request(RTM_GETLINK, 0), 0, 0, 0).attribute(IFLA_IFNAME, Link.checkName(name));
        try {
            return socket.send("RTM_GETLINK(\"" + name + "\")", request).stream()
                    .map(Links::link)
                    .findFirst();
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Makes a pair of devices that are the ends of one cable, veth(4): one here, and one in the network namespace of a
     * process. It is one request: there is no moment at which only one end exists, or both are here. When one end goes,
     * as all devices of a namespace do when its last process ends, so does the other.
     *
     * @param name of the end here; EEXIST where the name is taken
     * @param peerName of the other end
     * @param pid the process; ESRCH where there is none
     */
    public void addVeth(String name, String peerName, int pid) {
        Request request = header(new Request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL), 0, 0, 0)
                .attribute(IFLA_IFNAME, Link.checkName(name))
                .nested(
                        IFLA_LINKINFO,
                        info -> info.attribute(IFLA_INFO_KIND, "veth")
                                .nested(
                                        IFLA_INFO_DATA,
                                        data -> data.nested(
                                                VETH_INFO_PEER,
                                                peer -> header(peer, 0, 0, 0)
                                                        .attribute(IFLA_IFNAME, Link.checkName(peerName))
                                                        .attribute(IFLA_NET_NS_PID, pid))));
        socket.send("RTM_NEWLINK(\"" + name + "\", veth to \"" + peerName + "\" of process " + pid + ")", request);
    }

    /** Switches a device on. */
    public void up(Link link) {
        change(link, "up", header(new Request(RTM_NEWLINK, 0), link.index(), IFF_UP, IFF_UP));
    }

    /** Switches a device off. */
    public void down(Link link) {
        change(link, "down", header(new Request(RTM_NEWLINK, 0), link.index(), 0, IFF_UP));
    }

    /** Gives a device another name. Before Linux 6.2 it must be down. */
    public void rename(Link link, String name) {
        change(link, "name \"" + name + "\"", of(link).attribute(IFLA_IFNAME, Link.checkName(name)));
    }

    /**
     * Moves a device into the network namespace of a process. There it is down and has no address.
     *
     * @param name that it has there; with {@code %d} in it the kernel chooses the number
     */
    public void moveToProcess(Link link, int pid, String name) {
        change(
                link,
                "to process " + pid + " as \"" + name + "\"",
                of(link).attribute(IFLA_NET_NS_PID, pid).attribute(IFLA_IFNAME, Link.checkName(name)));
    }

    /** Moves a device into a network namespace, an open {@code /proc/PID/ns/net}. */
    public void moveToNamespace(Link link, Descriptor namespace) {
        change(link, "to namespace " + namespace.number(), of(link).attribute(IFLA_NET_NS_FD, namespace.number()));
    }

    /**
     * Lets a device that goes up have no IPv6 address of its own making ({@code fe80::…}). Does nothing where the kernel
     * has no IPv6.
     */
    public void withoutLinkLocal(Link link) {
        byte[] none = {IN6_ADDR_GEN_MODE_NONE};
        try {
            change(
                    link,
                    "addrgenmode none",
                    of(link).nested(
                                    IFLA_AF_SPEC,
                                    families -> families.nested(
                                            AF_INET6, ipv6 -> ipv6.attribute(IFLA_INET6_ADDR_GEN_MODE, none))));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EAFNOSUPPORT) {
                throw e;
            }
        }
    }

    /** Removes a device. */
    public void delete(Link link) {
        Request request = header(new Request(RTM_DELLINK, 0), link.index(), 0, 0);
        socket.send("RTM_DELLINK(\"" + link.name() + "\")", request);
    }

    private void change(Link link, String what, Request request) {
        socket.send("RTM_NEWLINK(\"" + link.name() + "\", " + what + ")", request);
    }

    private static Request of(Link link) {
        return header(new Request(RTM_NEWLINK, 0), link.index(), 0, 0);
    }

    private static Request header(Request request, int index, int flags, int change) {
        return request.bytes(0, 0, 0, 0).word(index).word(flags).word(change);
    }

    private static Link link(Answer answer) {
        Map<Integer, ByteBuffer> attributes = answer.attributes(HEADER);
        ByteBuffer name = attributes.get(IFLA_IFNAME);
        ByteBuffer info = attributes.get(IFLA_LINKINFO);
        return new Link(
                answer.body().getInt(4),
                name == null ? "" : Answer.string(name),
                (answer.body().getInt(8) & IFF_UP) != 0,
                info == null ? "" : kind(info));
    }

    private static String kind(ByteBuffer info) {
        ByteBuffer kind = new Answer(0, 0, 0, info).attributes(0).get(IFLA_INFO_KIND);
        return kind == null ? "" : Answer.string(kind);
    }
}

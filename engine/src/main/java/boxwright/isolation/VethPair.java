package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.Errno;
import boxwright.kernel.Ipv4;
import boxwright.kernel.Ipv4Subnet;
import boxwright.kernel.KernelException;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.netlink.Addresses;
import boxwright.kernel.netlink.Link;
import boxwright.kernel.netlink.Links;
import boxwright.kernel.netlink.RouteSocket;
import boxwright.kernel.netlink.Routes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A cable between the host and a container; veth(4). Its one end is on the host, the other is {@code eth0} of the
 * container. Nobody has to remove it: the inner end goes with the container's namespace, and takes the outer end along.
 *
 * <p>The name of the outer end is made from the addresses. So two containers that start at the same moment with the same
 * addresses cannot both come to be: the kernel gives a name once.
 *
 * <p>It is IPv4 only. The outer end has no IPv6 address; the inner one makes itself a {@code fe80::…} that reaches nobody.
 *
 * @param subnet of four addresses: itself, the host's, the container's, and the broadcast address
 */
public record VethPair(Ipv4Subnet subnet) {
    /** The container's end. */
    public static final String INSIDE = "eth0";

    private static final int PREFIX = 30;

    /** Where the subnets come from: private addresses, RFC 1918, where other engines do not look first. */
    private static final List<Ipv4Subnet> RANGES = List.of(
            new Ipv4Subnet(Ipv4.of(10, 231, 0, 0), 16),
            new Ipv4Subnet(Ipv4.of(172, 29, 0, 0), 16),
            new Ipv4Subnet(Ipv4.of(192, 168, 231, 0), 24));

    /** A route to more addresses than 10.0.0.0/8 has is half of a default route, as VPNs set it: it takes nothing. */
    private static final int WIDEST_ROUTE = 8;

    /**
     * A pair whose addresses this machine has no route to.
     *
     * @param container any name: the same name gives the same addresses, where they are free
     * @throws KernelException EADDRNOTAVAIL where the machine has routes to all that we would take
     */
    public static VethPair free(String container) {
        List<Ipv4Subnet> taken;
        Set<String> names = new HashSet<>();
        try (RouteSocket socket = new RouteSocket()) {
            taken = new Routes(socket)
                    .list().stream()
                            .map(Routes.Route::destination)
                            .filter(destination -> destination.prefix() >= WIDEST_ROUTE)
                            .toList();
            new Links(socket).list().forEach(link -> names.add(link.name()));
        }
        for (Ipv4Subnet range : RANGES) {
            int count = 1 << (PREFIX - range.prefix());
            for (int i = 0; i < count; i++) {
                int number = Math.floorMod(container.hashCode() + i, count);
                VethPair pair = new VethPair(new Ipv4Subnet(range.first().plus(number * 4), PREFIX));
                if (taken.stream().noneMatch(pair.subnet::overlaps) && !names.contains(pair.outside())) {
                    return pair;
                }
            }
        }
        throw new KernelException(
                "find four addresses for a veth pair in " + RANGES + ", to all of which this machine" + " has routes",
                Errno.EADDRNOTAVAIL);
    }

    /** The name of the host's end, {@code bw0ae70000}. */
    public String outside() {
        return String.format("bw%08x", subnet.first().bits());
    }

    /** The host's address. */
    public Ipv4 host() {
        return subnet.first().plus(1);
    }

    /** The container's address. */
    public Ipv4 container() {
        return subnet.first().plus(2);
    }

    /**
     * Lays the cable from this JVM's network namespace to that of a process, and sets up the end here.
     *
     * @throws KernelException EEXIST where another container has taken the addresses since they were chosen, EOPNOTSUPP
     *     where the kernel has no veth
     */
    void connect(int pid) {
        try (RouteSocket socket = new RouteSocket()) {
            Links links = new Links(socket);
            links.addVeth(outside(), INSIDE, pid);
            Link link = links.find(outside())
                    .orElseThrow(() -> new KernelException("find the link \"" + outside() + "\"", Errno.ENODEV));
            links.withoutLinkLocal(link);
            new Addresses(socket).add(link, host(), PREFIX);
            links.up(link);
        }
    }

    /** The lines for the container's end. */
    void addTo(PlanBuilder plan, Slot socket) {
        plan.deviceAddress(socket, INSIDE, container()).because("our end of the cable to the host; veth(4)");
        plan.deviceMask(socket, INSIDE, subnet.mask()).because("the host's address is on the cable, and no other");
        plan.deviceUp(socket, INSIDE, Constants.IFF_MULTICAST);
        plan.defaultRoute(socket, host()).because("everything else goes over the host");
    }

    @Override
    public String toString() {
        return "veth " + outside() + " (" + host() + ")";
    }
}

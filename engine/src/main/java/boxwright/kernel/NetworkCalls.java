package boxwright.kernel;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.field;
import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Argument.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The calls of a plan that configure the network of the namespace it runs in. They are the ioctls of netdevice(7) and
 * rtnetlink's older sister {@code SIOCADDRT}, and not netlink: an ioctl fails with its errno, while the answer to a
 * netlink message would have to be read out of another message, which a list of system calls cannot do.
 */
public interface NetworkCalls {
    /** Any call, for those that have no method here. */
    Line call(SystemCall systemCall, Argument... arguments);

    /** socket(2): any IPv4 socket will do as the handle on the network devices. The result is a descriptor. */
    default Line socket() {
        return call(
                SystemCall.SOCKET,
                number(Constants.AF_INET, Notation.name("AF_INET")),
                number(Constants.SOCK_DGRAM | Constants.SOCK_CLOEXEC, Notation.name("SOCK_DGRAM|SOCK_CLOEXEC")),
                number(0));
    }

    /**
     * ioctl(2) {@code SIOCSIFFLAGS}: switches a device on.
     *
     * @param socket a slot that {@link #socket} has filled
     * @param device of at most 7 bytes, such as {@code lo}
     * @param flags {@code IFF_…} that it has beside
     */
    default Line deviceUp(Slot socket, String device, long flags) {
        return ioctl(
                socket,
                Constants.SIOCSIFFLAGS,
                "SIOCSIFFLAGS",
                request(device, field("ifr_flags", 8, number(Constants.IFF_UP | flags, Notation.DEVICE_FLAGS))));
    }

    /** ioctl(2) {@code SIOCSIFADDR}: gives a device an IPv4 address. */
    default Line deviceAddress(Slot socket, String device, Ipv4 address) {
        return ioctl(
                socket,
                Constants.SIOCSIFADDR,
                "SIOCSIFADDR",
                request(device, field("ifr_addr", 8, socketAddress(address))));
    }

    /** ioctl(2) {@code SIOCSIFNETMASK}: says which addresses are on the device's own cable. */
    default Line deviceMask(Slot socket, String device, Ipv4 mask) {
        return ioctl(
                socket,
                Constants.SIOCSIFNETMASK,
                "SIOCSIFNETMASK",
                request(device, field("ifr_netmask", 8, socketAddress(mask))));
    }

    /** ioctl(2) {@code SIOCADDRT}: everything that is on no cable of ours goes over that machine; {@code struct rtentry}. */
    default Line defaultRoute(Slot socket, Ipv4 gateway) {
        Argument.Struct route = new Argument.Struct(List.of(
                field("rt_pad1", 8, 0),
                field("rt_dst", 8, socketAddress(Ipv4.ANY)),
                field("rt_dst", 8, 0),
                field("rt_gateway", 8, socketAddress(gateway)),
                field("rt_gateway", 8, 0),
                field("rt_genmask", 8, socketAddress(Ipv4.ANY)),
                field("rt_genmask", 8, 0),
                field(
                        "rt_flags",
                        2,
                        number(Constants.RTF_UP | Constants.RTF_GATEWAY, Notation.name("RTF_UP|RTF_GATEWAY"))),
                field("rt_pad2", 2, 0),
                field("padding", 4, 0),
                field("rt_pad3", 8, 0),
                field("rt_pad4", 8, 0),
                field("rt_metric", 8, 0),
                field("rt_dev", 8, NULL),
                field("rt_mtu", 8, 0),
                field("rt_window", 8, 0),
                field("rt_irtt", 8, 0)));
        return ioctl(socket, Constants.SIOCADDRT, "SIOCADDRT", route);
    }

    private Line ioctl(Slot socket, long request, String name, Argument argument) {
        return call(SystemCall.IOCTL, socket.value(), number(request, Notation.name(name)), argument);
    }

    /** {@code struct ifreq}: a name of 16 bytes, then a union of 24. */
    private static Argument.Struct request(String device, Argument.Field value) {
        byte[] name = device.getBytes(StandardCharsets.US_ASCII);
        if (name.length > 7) {
            throw new IllegalArgumentException("a plan names devices with 7 bytes at the most: " + device);
        }
        long word = ByteBuffer.wrap(Arrays.copyOf(name, 8))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        return new Argument.Struct(List.of(
                field("ifr_name", 8, number(word, Notation.name(text(device).toString()))),
                field("ifr_name", 8, 0),
                value,
                field("union", 8, 0),
                field("union", 8, 0)));
    }

    /** {@code struct sockaddr_in}, the half of it that is not padding: family, port 0, address in network order. */
    private static Argument socketAddress(Ipv4 address) {
        long bits = Integer.toUnsignedLong(Integer.reverseBytes(address.bits()));
        return number(bits << 32 | Constants.AF_INET, Notation.name(address.toString()));
    }
}

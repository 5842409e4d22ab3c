package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Errno;
import boxwright.kernel.KernelException;
import boxwright.kernel.netlink.Addresses;
import boxwright.kernel.netlink.Link;
import boxwright.kernel.netlink.Links;
import boxwright.kernel.netlink.RouteSocket;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Network devices of ours that a container gets; config-linux.md, "Network Devices". A device is in one namespace at a time,
 * so we have it no more. It keeps the addresses that somebody gave it, and is up there. When the container's namespace ends,
 * the kernel gives a card back to the first namespace, and removes a device that is only software.
 *
 * @param names by a device's name here the one that it gets; a {@code %d} in it is a number that the kernel chooses
 */
public record NetworkDevices(Map<String, String> names) implements Isolation {
    /** Where the kernel puts a number that is free. */
    private static final String TEMPLATE = "%d";

    public NetworkDevices {
        names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    @Override
    public String chapter() {
        return "";
    }

    @Override
    public Optional<Preparation> preparation() {
        return Optional.of(new Preparation("until it has " + String.join(", ", names.keySet()), this::move));
    }

    private void move(int pid) {
        try (Descriptor network =
                        Descriptor.open(Path.of("/proc", Integer.toString(pid), "ns/net"), Constants.O_RDONLY, 0);
                RouteSocket ours = new RouteSocket();
                RouteSocket theirs = new RouteSocket(network)) {
            // All are looked at before one is moved: with a container that fails a device of software would end.
            names.forEach((name, inside) -> check(name, inside, new Links(ours), new Links(theirs)));
            names.forEach((name, inside) -> move(name, inside, pid, ours, theirs));
        }
    }

    /** The kernel would see a name that is taken only when the device is there already, and by its old name. */
    private static void check(String name, String inside, Links here, Links there) {
        if (here.find(name).isEmpty()) {
            throw new KernelException("find the network device \"" + name + "\"", Errno.ENODEV);
        }
        if (there.find(inside).isPresent()) {
            throw new KernelException(
                    "give the container the network device \"" + name + "\" as \"" + inside
                            + "\", a name that is taken there",
                    Errno.EEXIST);
        }
    }

    private static void move(String name, String inside, int pid, RouteSocket ours, RouteSocket theirs) {
        Links there = new Links(theirs);
        Link link = new Links(ours).find(name).orElseThrow();
        List<Addresses.Kept> addresses = new Addresses(ours).permanent(link);
        List<Integer> before = there.list().stream().map(Link::index).toList();
        new Links(ours).moveToProcess(link, pid, inside);
        Link moved = inside.contains(TEMPLATE)
                ? other(there, before)
                : there.find(inside).orElseThrow();
        Addresses settled = new Addresses(theirs);
        addresses.forEach(address -> settled.add(moved, address));
        there.up(moved);
    }

    /** The one that was not there before: neither its name nor its number is known. */
    private static Link other(Links there, List<Integer> before) {
        return there.list().stream()
                .filter(link -> !before.contains(link.index()))
                .findFirst()
                .orElseThrow();
    }
}

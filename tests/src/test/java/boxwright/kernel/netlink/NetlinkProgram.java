package boxwright.kernel.netlink;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Ipv4;
import boxwright.kernel.Ipv4Subnet;
import boxwright.kernel.KernelException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Our netlink code as a program, so that a test can run it in a network namespace: {@code up lo address lo 10.0.0.1/8}. */
final class NetlinkProgram {
    private final Links links;
    private final Addresses addresses;
    private final Routes routes;

    private NetlinkProgram(RouteSocket socket) {
        links = new Links(socket);
        addresses = new Addresses(socket);
        routes = new Routes(socket);
    }

    public static void main(String[] args) {
        Deque<String> words = new ArrayDeque<>(List.of(args));
        try (RouteSocket socket = new RouteSocket()) {
            NetlinkProgram program = new NetlinkProgram(socket);
            while (!words.isEmpty()) {
                program.run(words.pop(), words);
            }
        } catch (KernelException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    private void run(String verb, Deque<String> words) {
        switch (verb) {
            case "links" -> links.list().forEach(System.out::println);
            case "addresses" -> addresses.list().forEach(found -> System.out.println(found + " in " + found.subnet()));
            case "routes" -> routes.list().forEach(System.out::println);
            case "find" -> System.out.println(links.find(words.pop()));
            case "veth" -> links.addVeth(words.pop(), words.pop(), Integer.parseInt(words.pop()));
            case "up" -> links.up(link(words));
            case "down" -> links.down(link(words));
            case "rename" -> links.rename(link(words), words.pop());
            case "no-link-local" -> links.withoutLinkLocal(link(words));
            case "to-process" -> links.moveToProcess(link(words), Integer.parseInt(words.pop()), words.pop());
            case "to-namespace" -> {
                Link link = link(words);
                try (Descriptor namespace = Descriptor.open(Path.of(words.pop()), Constants.O_RDONLY, 0)) {
                    links.moveToNamespace(link, namespace);
                }
            }
            case "delete" -> links.delete(link(words));
            case "stale" -> links.up(new Link(4711, "gone", false, ""));
            case "address" -> addresses.add(link(words), ipv4(words.pop()), Integer.parseInt(words.pop()));
            case "route" -> {
                Ipv4 to = ipv4(words.pop());
                routes.add(Ipv4Subnet.around(to, Integer.parseInt(words.pop())), ipv4(words.pop()));
            }
            default -> throw new IllegalArgumentException(verb);
        }
    }

    private Link link(Deque<String> words) {
        return links.find(words.pop()).orElseThrow();
    }

    private static Ipv4 ipv4(String text) {
        String[] parts = text.split("\\.");
        return Ipv4.of(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Integer.parseInt(parts[3]));
    }
}

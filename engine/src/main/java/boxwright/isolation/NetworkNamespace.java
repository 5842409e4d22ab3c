package boxwright.isolation;

import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A network stack of its own; network_namespaces(7): devices, addresses, routes, firewall, ports, and the sockets of
 * unix(7) that have an abstract name. A new namespace has one device, a loopback that is down. What listens on the host's
 * 127.0.0.1 cannot be reached from it: that address is now its own.
 *
 * @param cable to the host; without one nothing but the loopback is there
 */
public record NetworkNamespace(Optional<VethPair> cable) implements Isolation {
    /** What a container has of the network. */
    public enum Mode {
        /** A namespace with a loopback and nothing else. */
        NONE,
        /** The host's namespace. */
        HOST,
        /** A namespace with a cable to the host. */
        VETH;

        /**
         * The mode of that name, {@code none}.
         *
         * @throws IllegalArgumentException where there is none
         */
        public static Mode of(String word) {
            List<String> words = Arrays.stream(values()).map(Mode::word).toList();
            int index = words.indexOf(word);
            if (index < 0) {
                throw new IllegalArgumentException("must be one of " + String.join(", ", words));
            }
            return values()[index];
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a mode means. Looks at the host's routes where it has to choose addresses.
     *
     * @param container a name that decides on the addresses, where they are free
     */
    public static Optional<Isolation> of(Mode mode, String container) {
        return switch (mode) {
            case NONE -> Optional.of(new NetworkNamespace(Optional.empty()));
            case HOST -> Optional.empty();
            case VETH -> Optional.of(new NetworkNamespace(Optional.of(VethPair.free(container))));
        };
    }

    @Override
    public String chapter() {
        return "05-network-namespace";
    }

    @Override
    public long cloneFlags() {
        return Constants.CLONE_NEWNET;
    }

    @Override
    public Optional<Preparation> preparation() {
        return cable.map(pair -> new Preparation("until " + pair + " is there", pair::connect));
    }

    @Override
    public void addTo(PlanBuilder plan) {
        Slot socket = Slot.of("socket");
        plan.socket().into(socket).because("a handle on the devices of this namespace; netdevice(7)");
        plan.deviceUp(socket, "lo", 0).because("it is down in a new namespace; up, it has 127.0.0.1");
        cable.ifPresent(pair -> pair.addTo(plan, socket));
        plan.close(socket.value());
    }
}

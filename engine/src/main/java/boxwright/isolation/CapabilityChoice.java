package boxwright.isolation;

import boxwright.kernel.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses a container's capabilities as Docker does: its default fourteen, {@code --cap-add}, {@code --cap-drop},
 * {@code ALL}; {@code TweakCapabilities} in moby.
 *
 * @param available what can be given: what we have ourselves
 * @param last the number of the last capability that the kernel knows
 */
public record CapabilityChoice(Set<Capability> available, int last) {
    /** Enough to be root inside: to own files, change users, bind low ports. Nothing that reaches past the container. */
    public static final Set<Capability> DOCKERS = Set.of(
            Capability.CAP_AUDIT_WRITE,
            Capability.CAP_CHOWN,
            Capability.CAP_DAC_OVERRIDE,
            Capability.CAP_FOWNER,
            Capability.CAP_FSETID,
            Capability.CAP_KILL,
            Capability.CAP_MKNOD,
            Capability.CAP_NET_BIND_SERVICE,
            Capability.CAP_NET_RAW,
            Capability.CAP_SETFCAP,
            Capability.CAP_SETGID,
            Capability.CAP_SETPCAP,
            Capability.CAP_SETUID,
            Capability.CAP_SYS_CHROOT);

    private static final String ALL = "ALL";

    public CapabilityChoice {
        available = Set.copyOf(available);
    }

    /** What this process can give: its bounding set, of which its root could have all. */
    public static CapabilityChoice here() {
        // One read: a number of /proc/sys that is read in two pieces ends after the first.
        try (InputStream in = Files.newInputStream(Path.of("/proc/sys/kernel/cap_last_cap"))) {
            int last = Integer.parseInt(new String(in.readNBytes(32), StandardCharsets.US_ASCII).strip());
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("CapBnd:")) {
                    long bits = Long.parseUnsignedLong(line.substring(7).strip(), 16);
                    return new CapabilityChoice(ofBits(bits), last);
                }
            }
            throw new IllegalStateException("no CapBnd in /proc/self/status");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<Capability> ofBits(long bits) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        for (Capability capability : Capability.values()) {
            if ((bits & 1L << capability.number()) != 0) {
                set.add(capability);
            }
        }
        return set;
    }

    /** In a new user namespace the first process has every capability that the kernel knows; user_namespaces(7). */
    public CapabilityChoice inNewUserNamespace() {
        return new CapabilityChoice(ofBits(-1L >>> (63 - Math.min(last, 63))), last);
    }

    /**
     * The capabilities of a container.
     *
     * @param add names, or {@code ALL}; with {@code ALL}, everything but what {@code drop} names
     * @param drop names, or {@code ALL}; with {@code ALL}, nothing but what {@code add} names
     * @throws IllegalArgumentException when a capability does not exist, or cannot be given here
     */
    public Set<Capability> choose(List<String> add, List<String> drop) {
        Set<Capability> added = EnumSet.noneOf(Capability.class);
        Set<Capability> dropped = EnumSet.noneOf(Capability.class);
        boolean addsAll = resolve(add, added);
        boolean dropsAll = resolve(drop, dropped);
        for (Capability capability : added) {
            requireAvailable(capability);
        }
        if (addsAll) {
            Set<Capability> all = EnumSet.noneOf(Capability.class);
            all.addAll(available);
            all.removeAll(dropped);
            return Set.copyOf(all);
        }
        if (!dropsAll) {
            // What is added wins over what is dropped, and what we do not have ourselves is left out of the default.
            EnumSet<Capability> usual = EnumSet.copyOf(DOCKERS);
            usual.retainAll(available);
            usual.removeAll(dropped);
            added.addAll(usual);
        }
        return Set.copyOf(added);
    }

    private static boolean resolve(List<String> names, Set<Capability> into) {
        boolean all = false;
        for (String name : names) {
            if (name.equalsIgnoreCase(ALL) || name.equalsIgnoreCase("CAP_ALL")) {
                all = true;
            } else {
                into.add(Capability.of(name)
                        .orElseThrow(() -> new IllegalArgumentException("there is no capability \"" + name
                                + "\"; capabilities(7) lists them, and ALL is all of them")));
            }
        }
        return all;
    }

    private void requireAvailable(Capability capability) {
        if (capability.number() > last) {
            throw new IllegalArgumentException("this kernel does not know " + capability
                    + ": its capabilities end with number " + last + " (/proc/sys/kernel/cap_last_cap)");
        }
        if (!available.contains(capability)) {
            throw new IllegalArgumentException("we do not have " + capability
                    + " ourselves, so we cannot give it: it is not in our bounding set (CapBnd in /proc/self/status)");
        }
    }
}

package boxwright.engine.doctor;

import static boxwright.engine.doctor.Advice.CAPABILITIES;
import static boxwright.engine.doctor.Advice.CGROUPS;
import static boxwright.engine.doctor.Advice.NETWORK;
import static boxwright.engine.doctor.Advice.ROOT;
import static boxwright.engine.doctor.Advice.SECURITY;
import static boxwright.engine.doctor.Advice.USER;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who we are, what that gives us, and what we may make of it. */
record UserChecks() implements Checks {
    private static final long MIB = 1 << 20;

    /**
     * A capability that the engine uses; numbers are those of {@code include/uapi/linux/capability.h}.
     *
     * @param forRun whether {@code run} fails without it
     */
    private record Capability(String name, int number, boolean forRun, String use, String step) {}

    private static final List<Capability> CAPABILITIES_USED = List.of(
            new Capability("CAP_SYS_ADMIN", 21, true, "namespaces, mounts, pivot_root, host name", "01-pid-namespace"),
            new Capability("CAP_MKNOD", 27, true, "the devices in /dev", ROOT),
            new Capability("CAP_DAC_OVERRIDE", 1, false, "writing where another user owns the files", ROOT),
            new Capability("CAP_CHOWN", 0, false, "layers with files of many users", "11-images"),
            new Capability("CAP_FOWNER", 3, false, "layers with files of many users", "11-images"),
            new Capability("CAP_SYS_CHROOT", 18, false, "chroot, and joining a mount namespace", ROOT),
            new Capability(
                    "CAP_SYS_RESOURCE", 24, false, "limits above our own hard ones, a lower oom_score_adj", CGROUPS),
            new Capability("CAP_NET_ADMIN", 12, false, "veth pairs, bridges, addresses", NETWORK),
            new Capability("CAP_SETUID", 7, false, "mapping many user ids", USER),
            new Capability("CAP_SETGID", 6, false, "mapping many group ids", USER),
            new Capability("CAP_KILL", 5, false, "signals to a container's processes of other users", USER),
            new Capability("CAP_SETPCAP", 8, false, "taking capabilities off the bounding set", CAPABILITIES),
            new Capability("CAP_SETFCAP", 31, false, "mapping root into a user namespace, file capabilities", USER),
            new Capability("CAP_MAC_ADMIN", 33, false, "loading AppArmor profiles", SECURITY));

    @Override
    public String title() {
        return "user";
    }

    @Override
    public List<Check> of(Host host) {
        List<Check> checks = new ArrayList<>();
        List<Check> namespaces = UserNamespaceChecks.of(host, nameOfUser(host));
        boolean mapped = host.userId() != 0 && namespaces.getFirst().status() == Status.OK;
        checks.add(user(host, mapped));
        checks.add(capabilities(host, mapped));
        checks.add(home(host));
        checks.add(space(host));
        checks.addAll(namespaces);
        return checks;
    }

    /**
     * Who we are.
     *
     * @param mapped whether he is root in a user namespace of his own
     */
    private static Check user(Host host, boolean mapped) {
        String found = nameOfUser(host) + ", uid " + Integer.toUnsignedString(host.userId());
        return host.userId() == 0 || mapped
                ? Check.ok("user", found + (mapped ? ", root in a user namespace" : ""))
                : Check.limited(
                        "user",
                        found,
                        "the kernel gives namespaces to root; others get them inside a user namespace",
                        USER,
                        "sudo boxwright …");
    }

    private static Check capabilities(Host host, boolean mapped) {
        if (host.status("CapEff").isEmpty()) {
            return Check.unknown("capabilities", "/proc/self/status has none", "", CAPABILITIES, "");
        }
        List<Capability> lacking = CAPABILITIES_USED.stream()
                .filter(capability -> !host.hasCapability(capability.number()))
                .toList();
        if (lacking.isEmpty()) {
            return Check.ok("capabilities", "all that the engine uses");
        }
        if (mapped) {
            return Check.limited(
                    "capabilities",
                    "none outside of a user namespace, all that the engine uses inside",
                    "a veth pair to the host, and limits above our own hard ones, need root's",
                    USER,
                    Advice.becomeRoot(host));
        }
        List<Capability> told = lacking.stream().filter(Capability::forRun).toList();
        boolean stops = !told.isEmpty();
        boolean none = lacking.size() == CAPABILITIES_USED.size();
        String found = none
                ? "none of the " + lacking.size() + " that the engine uses"
                : "no "
                        + String.join(
                                ", ", lacking.stream().map(Capability::name).toList());
        String why = String.join(
                "; ",
                (stops ? told : lacking)
                        .stream()
                                .map(capability -> capability.name() + ": " + capability.use())
                                .toList());
        String step = (stops ? told : lacking).getFirst().step();
        return stops
                ? Check.missing("capabilities", found, why, step, Advice.becomeRoot(host))
                        .stoppingRun()
                : Check.limited("capabilities", found, why, step, Advice.becomeRoot(host));
    }

    /** The directory itself is made by the first {@code run}. */
    private static Check home(Host host) {
        Path nearest = host.nearestToHome();
        String type = Mounts.of(host).under(nearest).map(Mounts.Mount::type).orElse("unknown file system");
        if (Files.isWritable(host.path(nearest.toString()))) {
            return Check.ok("home", host.home() + " (" + type + ")");
        }
        return Check.missing(
                        "home",
                        host.home() + ": we may not write in " + nearest,
                        "images, and what a container writes, are kept there",
                        ROOT,
                        "export BOXWRIGHT_HOME=DIRECTORY, one that is yours")
                .stoppingRun();
    }

    private static Check space(Host host) {
        Path nearest = host.nearestToHome();
        try {
            FileStore disk = Files.getFileStore(host.path(nearest.toString()));
            long free = disk.getUsableSpace() / MIB;
            String found = (free >= 10 * 1024 ? free / 1024 + " GiB" : free + " MiB") + " free at " + nearest;
            if (free >= 512) {
                return Check.ok("disk", found);
            }
            String why = "an image of this machine's programs takes up to 100 MiB, images from a registry more";
            String fix = "free some, or export BOXWRIGHT_HOME=DIRECTORY, one on another disk";
            return free >= 16
                    ? Check.limited("disk", found, why, ROOT, fix)
                    : Check.missing("disk", found, why, ROOT, fix).stoppingRun();
        } catch (IOException e) {
            return Check.unknown("disk", String.valueOf(e.getMessage()), "containers write there", ROOT, "");
        }
    }

    /** The name in {@code /etc/passwd}, passwd(5), else the number. */
    private static String nameOfUser(Host host) {
        String id = Integer.toUnsignedString(host.userId());
        Optional<String> entry = host.lines("/etc/passwd").stream()
                .filter(line -> line.split(":", -1).length > 2 && line.split(":", -1)[2].equals(id))
                .findFirst();
        return entry.map(line -> line.substring(0, line.indexOf(':'))).orElse(id);
    }
}

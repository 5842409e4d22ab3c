package boxwright.engine;

import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The AppArmor profiles of the kernel, which are the host's and not a container's.
 *
 * @param root {@code /}; a test may point it to a tree of its own
 */
public record AppArmorProfiles(Path root) {
    /** Our profile. Its number changes with its text: a kernel may still have the one of another Boxwright. */
    public static final String DEFAULT = "boxwright-default-1";

    private static final String LOADED = "sys/kernel/security/apparmor/profiles";

    private static final List<String> PARSERS =
            List.of("/usr/sbin/apparmor_parser", "/sbin/apparmor_parser", "/usr/bin/apparmor_parser");

    /** Those of this machine. */
    public static AppArmorProfiles ofThisMachine() {
        return new AppArmorProfiles(Path.of("/"));
    }

    /** Whether the kernel has AppArmor, and has it switched on. */
    public boolean isOn() {
        return text("sys/module/apparmor/parameters/enabled").startsWith("Y");
    }

    /** The program that compiles profiles and gives them to the kernel. */
    public Optional<String> parser() {
        for (String candidate : PARSERS) {
            if (Files.isExecutable(root.resolve(candidate.substring(1)))) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Whether the kernel tells us which profiles it has: it tells root only, by securityfs. */
    public boolean canBeListed() {
        return !text(LOADED).isEmpty();
    }

    /** Whether the kernel has a profile of that name; false where it does not tell. */
    public boolean has(String name) {
        for (String line : text(LOADED).split("\n", -1)) {
            if (line.startsWith(name + " (")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Loads our profile where the kernel does not have it yet.
     *
     * @throws EngineException when it cannot be loaded
     */
    public void ensureDefault(Launcher launcher) {
        if (has(DEFAULT)) {
            return;
        }
        String parser = parser().orElseThrow(() -> cannot("there is no apparmor_parser (Debian's package apparmor)"));
        Descriptor.Pipe input = Descriptor.pipe();
        try (Descriptor profile = input.out()) {
            try (Descriptor writer = input.in()) {
                // A pipe takes 64 KiB without a reader.
                writer.write(defaultText().getBytes(StandardCharsets.UTF_8));
            }
            load(launcher, parser, profile);
        }
    }

    /**
     * What {@code docker-default} allows and forbids, in words of our own: a container may use its files, its network and
     * the capabilities that it has, but mounts nothing, and does not write to what of {@code /proc} and {@code /sys}
     * belongs to the whole machine, even where no mask lies over it.
     */
    public static String defaultText() {
        return """
            profile %1$s flags=(attach_disconnected,mediate_deleted) {
              file,
              network,
              capability,
              umount,
              deny mount,

              # Whoever is not confined may end a container, and what runs in it is among itself.
              signal (receive) peer=unconfined,
              signal (send, receive) peer=%1$s,
              ptrace (trace, read, tracedby, readby) peer=%1$s,

              # Of /proc, what belongs to a process may be written to, and the limits of shared memory.
              deny /proc/* w,
              deny /proc/{[^0-9s],s[^y],sy[^s],sys[^/]}*/** w,
              deny /proc/sys/{[^k],k[^e]}** w,
              deny /proc/sys/kernel/{[^s],s[^h],sh[^m]}** w,
              deny /proc/{sysrq-trigger,kcore} rwklx,

              # Of /sys, nothing but the container's own cgroups.
              deny /sys/{[^f],f[^s],fs/[^c],fs/c[^g]}** wklx,
              deny /sys/{firmware,devices/virtual/powercap,kernel/security}/** r,
            }
            """.formatted(DEFAULT);
    }

    private static void load(Launcher launcher, String parser, Descriptor profile) {
        Plan plan = Plan.of(
                lines -> lines.execve(parser, List.of("apparmor_parser", "--replace", "--skip-cache"), List.of())
                        .because("compiles the profile, and gives it to the kernel; apparmor_parser(8)"));
        Descriptor.Pipe said = Descriptor.pipe();
        try (Descriptor reader = said.out()) {
            Launch launch;
            try (Descriptor writer = said.in()) {
                launch = launcher.start(
                        plan, "boxwright: loads an AppArmor profile", Map.of(0, profile, 1, writer, 2, writer));
            }
            try (launch) {
                launch.awaitStart(report -> {});
                String words = read(reader);
                if (launch.reap() != 0) {
                    throw cannot("apparmor_parser says: " + words.strip());
                }
            }
        }
    }

    private static EngineException cannot(String why) {
        return new EngineException("cannot load the AppArmor profile " + DEFAULT + ": " + why
                + ". Without it: --security-opt apparmor=unconfined");
    }

    private static String read(Descriptor from) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part = from.read(4096); part.length > 0; part = from.read(4096)) {
            all.writeBytes(part);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private String text(String path) {
        try {
            return Files.readString(root.resolve(path));
        } catch (IOException _) {
            return ""; // not there, or not for us
        }
    }
}

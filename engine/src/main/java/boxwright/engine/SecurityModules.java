package boxwright.engine;

import boxwright.isolation.AppArmor;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Landlock;
import boxwright.isolation.LandlockRule;
import boxwright.kernel.Capability;
import boxwright.kernel.LandlockAbi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of the kernel's security modules a container gets: those that were asked for, and of those that were not AppArmor,
 * where the kernel has it. That is what Docker does; SELinux it leaves out unless its daemon is told otherwise.
 *
 * @param options what was asked for
 * @param privileged whether the default is to have none
 * @param warnings takes what the user should know
 */
record SecurityModules(SecurityOptions options, boolean privileged, List<String> warnings) {
    private static final String DISABLE = "disable";

    /**
     * SELinux labels; none where none was asked for.
     *
     * @throws EngineException when they cannot be had
     */
    Optional<SeLinuxLabels> labels() {
        if (options.labels().isEmpty() || options.labels().contains(DISABLE)) {
            return Optional.empty();
        }
        if (!SeLinuxLabels.isOn()) {
            throw new EngineException(
                    "an SELinux label was asked for (label=" + options.labels().getFirst()
                            + "), and this kernel has no SELinux, or has it switched off: there is no /sys/fs/selinux.");
        }
        SeLinuxLabels labels = SeLinuxLabels.of(options.labels());
        labels.check();
        return Optional.of(labels);
    }

    /**
     * The AppArmor profile.
     *
     * @throws EngineException when the one that was asked for cannot be had
     */
    Optional<AppArmor> appArmor(CapabilityChoice ours, Realm realm) {
        String asked = options.appArmor();
        if (asked.equals(SecurityOptions.UNCONFINED)) {
            return Optional.empty();
        }
        AppArmorProfiles profiles = AppArmorProfiles.ofThisMachine();
        if (!asked.isEmpty()) {
            requireAppArmor(asked, profiles);
            return Optional.of(new AppArmor(asked));
        }
        // Only root of the host may load a profile.
        if (privileged
                || realm != Realm.HOST
                || !profiles.isOn()
                || !ours.available().contains(Capability.CAP_MAC_ADMIN)) {
            return Optional.empty();
        }
        if (profiles.parser().isEmpty() && !profiles.has(AppArmorProfiles.DEFAULT)) {
            warnings.add("AppArmor is on, but there is no apparmor_parser to load a profile with (Debian's package"
                    + " apparmor): the container has none");
            return Optional.empty();
        }
        return Optional.of(new AppArmor(AppArmorProfiles.DEFAULT));
    }

    private static void requireAppArmor(String asked, AppArmorProfiles profiles) {
        if (!profiles.isOn()) {
            throw new EngineException("an AppArmor profile was asked for (" + asked
                    + "), and this kernel has no AppArmor, or has it switched off:"
                    + " /sys/module/apparmor/parameters/enabled is not Y.");
        }
        if (!asked.equals(AppArmorProfiles.DEFAULT) && profiles.canBeListed() && !profiles.has(asked)) {
            throw new EngineException("no AppArmor profile \"" + asked
                    + "\" is loaded (aa-status lists those that are). Load it first: sudo apparmor_parser -r FILE");
        }
    }

    /**
     * Landlock's limits; none where none was asked for.
     *
     * @throws EngineException when they cannot be had
     */
    Optional<Landlock> landlock() {
        if (options.landlock().isEmpty()) {
            return Optional.empty();
        }
        int abi = LandlockAbi.version();
        if (abi == 0) {
            throw new EngineException("limits of Landlock were asked for, and this kernel has no Landlock, or has it"
                    + " switched off: it came with Linux 5.13, and is on where lsm= has it (boxwright doctor).");
        }
        int needed = Landlock.needed(options.landlock());
        if (abi < needed) {
            throw new EngineException("the limits of Landlock that were asked for need its version " + needed
                    + ", and this kernel has version " + abi
                    + ": TCP ports came with Linux 6.7, scopes with 6.12. Files can be limited here.");
        }
        List<LandlockRule> rules = new ArrayList<>(options.landlock());
        if (limitsFiles(rules)) {
            // Nobody can do without /dev/null, and what a container has in its /dev is decided elsewhere.
            rules.addFirst(new LandlockRule.WriteBeneath("/dev"));
        }
        Landlock landlock = new Landlock(rules, true, abi);
        if (landlock.leavesTruncate()) {
            warnings.add("the Landlock of this kernel (version " + abi + ") cannot keep files from being cut short by"
                    + " truncate(2); Linux 6.2 can");
        }
        return Optional.of(landlock);
    }

    private static boolean limitsFiles(List<LandlockRule> rules) {
        for (LandlockRule rule : rules) {
            if (rule instanceof LandlockRule.ReadBeneath || rule instanceof LandlockRule.WriteBeneath) {
                return true;
            }
        }
        return false;
    }
}

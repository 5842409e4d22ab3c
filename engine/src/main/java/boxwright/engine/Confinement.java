package boxwright.engine;

import boxwright.isolation.AppArmor;
import boxwright.isolation.Capabilities;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.Credentials;
import boxwright.isolation.HostDevices;
import boxwright.isolation.Isolation;
import boxwright.isolation.KernelFilesystems;
import boxwright.isolation.NoNewPrivileges;
import boxwright.isolation.SeLinux;
import boxwright.isolation.Seccomp;
import boxwright.isolation.SessionKeyring;
import boxwright.isolation.seccomp.SeccompException;
import boxwright.kernel.Capability;
import boxwright.kernel.ForeignTree;
import boxwright.kernel.Launcher;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What holds a container's program back, put together from what was asked for and what this machine has. For a container
 * and for a program that joins it, it is the same.
 *
 * @param isolation in the one order in which it works: what needs privilege comes before what takes it away
 * @param home what {@code HOME} says
 * @param view {@code /proc}, {@code /sys} and {@code /dev}
 * @param fileLabel the SELinux label of the container's files; empty for none
 * @param warnings what could not be had that nobody has asked for, a sentence each
 * @param wantsDefaultAppArmor whether our AppArmor profile has to be loaded first
 */
public record Confinement(
        List<Isolation> isolation,
        String home,
        KernelFilesystems view,
        String fileLabel,
        List<String> warnings,
        boolean wantsDefaultAppArmor) {
    public Confinement {
        isolation = List.copyOf(isolation);
        warnings = List.copyOf(warnings);
    }

    /**
     * Puts it together; makes nothing.
     *
     * @param rootfs the root file system, where the user is looked up: of the image, or of a container that runs
     * @param owned standard descriptors that the user gets, see {@link Credentials}
     * @throws EngineException when something that was asked for makes no sense or cannot be had
     */
    public static Confinement of(PrivilegeRequest request, Path rootfs, Home home, Realm realm, List<Integer> owned) {
        SecurityOptions security = request.security();
        List<String> warnings = new ArrayList<>();
        CapabilityChoice ours = CapabilityChoice.here();
        CapabilityChoice choice = realm == Realm.HOST ? ours : ours.inNewUserNamespace();
        Set<Capability> capabilities = capabilities(request, choice);
        Users.User user = new Users(new ForeignTree(rootfs)).find(request.user(), request.addedGroups());
        Capabilities privileges = Capabilities.of(credentials(user, realm, owned), capabilities, choice.last());
        Optional<Seccomp> filter =
                new SeccompFilters(home).find(security.seccomp(), request.privileged(), capabilities, warnings);
        SecurityModules modules = new SecurityModules(security, request.privileged(), warnings);
        Optional<SeLinuxLabels> labels = modules.labels();
        Optional<AppArmor> appArmor = modules.appArmor(ours, realm);

        List<Isolation> isolation = new ArrayList<>();
        if (request.privileged() && realm == Realm.HOST) {
            isolation.add(HostDevices.here());
        }
        labels.ifPresent(label -> isolation.add(new SeLinux(label.process())));
        appArmor.ifPresent(isolation::add);
        modules.landlock().ifPresent(isolation::add);
        isolation.add(new SessionKeyring());
        if (security.noNewPrivileges()) {
            isolation.add(new NoNewPrivileges());
            isolation.add(privileges);
            filter.ifPresent(isolation::add);
        } else {
            filter.ifPresent(isolation::add);
            requirePassage(filter, security, privileges);
            isolation.add(privileges);
        }
        String fileLabel = labels.map(SeLinuxLabels::files).orElse("");
        return new Confinement(
                isolation,
                user.home(),
                view(request, security).labelled(fileLabel),
                fileLabel,
                warnings,
                appArmor.filter(module -> module.profile().equals(AppArmorProfiles.DEFAULT))
                        .isPresent());
    }

    private static Set<Capability> capabilities(PrivilegeRequest request, CapabilityChoice choice) {
        List<String> added = request.addedCapabilities();
        try {
            return choice.choose(request.privileged() ? List.of("ALL") : added, request.droppedCapabilities());
        } catch (IllegalArgumentException e) {
            throw new EngineException(String.valueOf(e.getMessage()));
        }
    }

    private static Credentials credentials(Users.User user, Realm realm, List<Integer> owned) {
        return new Credentials(
                user.id(),
                user.group(),
                realm == Realm.OWN_WITHOUT_GROUPS ? Optional.empty() : Optional.of(user.groups()),
                user.id() == 0 ? List.of() : owned);
    }

    /** Our own profile lets all through that a plan calls; a test holds it to that. */
    private static void requirePassage(Optional<Seccomp> filter, SecurityOptions security, Capabilities privileges) {
        if (filter.isPresent() && !security.seccomp().isEmpty()) {
            try {
                filter.get().requirePassage(privileges);
            } catch (SeccompException e) {
                throw new EngineException(e.getMessage() + ".");
            }
        }
    }

    private static KernelFilesystems view(PrivilegeRequest request, SecurityOptions security) {
        if (request.privileged()) {
            return KernelFilesystems.privileged();
        }
        return security.openSystemPaths() ? KernelFilesystems.unmasked() : KernelFilesystems.asDockerDoes();
    }

    /** Gives the kernel what it has to have before the container starts. */
    public void prepare(Launcher launcher) {
        if (wantsDefaultAppArmor) {
            AppArmorProfiles.ofThisMachine().ensureDefault(launcher);
        }
    }
}

package boxwright.runtime.oci;

import boxwright.isolation.BundleTree;
import boxwright.isolation.CopiedTmpfs;
import boxwright.isolation.CopyUp;
import boxwright.isolation.IdMapper;
import boxwright.isolation.Invoker;
import boxwright.isolation.MappedOwners;
import boxwright.isolation.MountOptions;
import boxwright.isolation.NewRoot;
import boxwright.isolation.SelfCopiedTmpfs;
import boxwright.isolation.TreeCgroups;
import boxwright.isolation.TreeDevice;
import boxwright.isolation.TreeEntry;
import boxwright.isolation.TreeMount;
import boxwright.isolation.TreePath;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.cgroup.Group;
import boxwright.kernel.Constants;
import boxwright.kernel.Launcher;
import boxwright.runtime.spec.Configuration;
import boxwright.runtime.spec.Configuration.Mount;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles what config.json says about files: the root, the mounts, the devices, what is masked and what is read-only.
 *
 * @param configuration what was asked for
 * @param bundle the directory that relative sources are relative to
 * @param rootfs absolute, without symbolic links
 * @param groups the cgroups of the container
 * @param users the container's own
 * @param launcher makes namespaces for idmapped mounts
 * @param descriptors what the mounts need of them
 */
record BundleFiles(
        Configuration configuration,
        Path bundle,
        Path rootfs,
        List<Group> groups,
        Optional<UserNamespace> users,
        Launcher launcher,
        InitDescriptors descriptors) {
    /** Config-linux.md, "Default Devices"; the numbers are in Documentation/admin-guide/devices.txt. */
    private static final List<Linux.Device> DEFAULT_DEVICES = List.of(
            device("/dev/null", 1, 3),
            device("/dev/zero", 1, 5),
            device("/dev/full", 1, 7),
            device("/dev/random", 1, 8),
            device("/dev/urandom", 1, 9),
            device("/dev/tty", 5, 0));

    /** Files of {@code /proc} that may be mounted on: by such as lxcfs, which show the container's own numbers. */
    private static final List<String> NUMBERS = List.of(
            "proc/cpuinfo",
            "proc/diskstats",
            "proc/meminfo",
            "proc/stat",
            "proc/swaps",
            "proc/uptime",
            "proc/loadavg",
            "proc/slabinfo",
            "proc/net/dev",
            "proc/sys/kernel/ns_last_pid",
            "proc/sys/crypto/fips_enabled");

    private static Linux.Device device(String path, int major, int minor) {
        return new Linux.Device(
                path,
                "c",
                major,
                minor,
                java.util.OptionalInt.of(0666),
                java.util.OptionalLong.empty(),
                java.util.OptionalLong.empty());
    }

    /** What is done before hooks are run. */
    BundleTree tree() {
        RootfsView view = new RootfsView(rootfs);
        List<TreeEntry> mounts = new ArrayList<>();
        int further = 0;
        for (int i = 0; i < configuration.mounts().size(); i++) {
            Mount mount = configuration.mounts().get(i);
            mounts.add(mount("mounts[" + i + "]", mount, view, descriptors.further(further)));
            further += needsDescriptor(mount) ? 1 : 0;
        }
        boolean ownDevices = ownsDevices();
        return new BundleTree(
                rootfs,
                propagation(Constants.MS_SLAVE | Constants.MS_REC),
                mounts,
                ownDevices ? devices() : List.of(),
                ownDevices,
                new TreePath(view.resolve(configuration.process().orElseThrow().cwd()), true));
    }

    /** What is done after them. */
    NewRoot root(boolean pivot) {
        Linux linux = configuration.linux();
        List<String> readOnly = new ArrayList<>();
        for (Mount mount : configuration.mounts()) {
            if (isLateReadOnly(mount)) {
                readOnly.add(mount.destination());
            }
        }
        long propagation = propagation(0);
        return new NewRoot(
                rootfs,
                pivot,
                (propagation & Constants.MS_PRIVATE) != 0 ? 0 : propagation,
                readOnly,
                configuration.root().orElseThrow().readonly(),
                linux.readonlyPaths(),
                linux.maskedPaths());
    }

    /** The devices and links of {@code /dev} are made in it after it was mounted. */
    private static boolean isLateReadOnly(Mount mount) {
        return RootfsView.clean(mount.destination()).equals("dev")
                && !mount.type().equals("bind")
                && (MountOptions.of(mount.options()).set() & (Constants.MS_RDONLY | Constants.MS_BIND))
                        == Constants.MS_RDONLY;
    }

    private long propagation(long usual) {
        return switch (configuration.linux().rootfsPropagation()) {
            case "shared" -> Constants.MS_SHARED;
            case "rshared" -> Constants.MS_SHARED | Constants.MS_REC;
            case "slave" -> Constants.MS_SLAVE;
            case "rslave" -> Constants.MS_SLAVE | Constants.MS_REC;
            case "private" -> Constants.MS_PRIVATE;
            case "rprivate" -> Constants.MS_PRIVATE | Constants.MS_REC;
            case "unbindable" -> Constants.MS_UNBINDABLE;
            case "runbindable" -> Constants.MS_UNBINDABLE | Constants.MS_REC;
            default -> usual;
        };
    }

    /** How many of its mounts have a descriptor of their own. */
    static int furtherDescriptors(Configuration configuration) {
        int count = 0;
        for (Mount mount : configuration.mounts()) {
            count += needsDescriptor(mount) ? 1 : 0;
        }
        return count;
    }

    private static boolean needsDescriptor(Mount mount) {
        List<String> options = mount.options();
        return isMapped(mount) || options.contains("tmpcopyup");
    }

    private static boolean isMapped(Mount mount) {
        return mount.options().contains("idmap")
                || mount.options().contains("ridmap")
                || !mount.uidMappings().isEmpty();
    }

    /** Whose the files of an idmapped mount are: by its own maps, or by those of the container. */
    private Optional<MappedOwners> owners(String member, Mount mount, MountOptions options, int descriptor) {
        if (!isMapped(mount)) {
            return Optional.empty();
        }
        if (!options.isBind()) {
            throw new SpecException(member + ": idmap: only bind mounts are idmapped");
        }
        if (mount.uidMappings().isEmpty() && users.isEmpty()) {
            throw new SpecException(member + ": idmap: it has no uidMappings and gidMappings, and the container has no"
                    + " user namespace of its own whose maps it could have");
        }
        UserNamespace maps;
        try {
            maps = mount.uidMappings().isEmpty()
                    ? users.orElseThrow()
                    : new UserNamespace(
                            InitCompiler.map(mount.uidMappings()),
                            InitCompiler.map(mount.gidMappings()),
                            true,
                            Optional.of(IdMapper.privileged()));
        } catch (IllegalArgumentException e) {
            throw new SpecException(member + ": uidMappings, gidMappings: " + e.getMessage());
        }
        return Optional.of(new MappedOwners(descriptor, maps, options.recursiveIdmap(), launcher));
    }

    private TreeEntry mount(String member, Mount mount, RootfsView view, int descriptor) {
        MountOptions options = MountOptions.of(mount.options());
        if (mount.type().equals("bind") && !options.isBind()) {
            List<String> bound = new ArrayList<>(mount.options());
            bound.add("bind");
            options = MountOptions.of(bound);
        }
        Optional<MappedOwners> owners = owners(member, mount, options, descriptor);
        boolean kernels = mount.type().equals("proc") || mount.type().equals("sysfs");
        // These two are what masks and limits are about: where they lie is not for an image to say (CVE-2019-19921).
        String target = kernels ? RootfsView.clean(mount.destination()) : view.resolve(mount.destination());
        checkTarget(member, mount, target);
        if (mount.type().equals("cgroup") && !options.isBind()) {
            boolean readOnly = (options.set() & Constants.MS_RDONLY) != 0;
            return new TreeCgroups(
                    new TreePath(target, true),
                    readOnly,
                    groups,
                    configuration.linux().isNew("cgroup"));
        }
        String source = mount.source();
        boolean directory = true;
        if (options.isBind()) {
            Path path = bundle.resolve(source).normalize();
            if (source.isEmpty() || !Files.exists(path)) {
                throw new SpecException(member + ".source: \"" + source + "\": no such file or directory on the host");
            }
            source = path.toString();
            directory = Files.isDirectory(path);
        } else if (mount.type().isEmpty()) {
            throw new SpecException(member + ".type is missing");
        }
        String label = options.isBind() || !takesLabel(mount.type())
                ? ""
                : configuration.linux().mountLabel();
        if (isLateReadOnly(mount)) {
            options = options.writable();
        }
        if (options.copyUp() && mount.type().equals("tmpfs")) {
            return copied(
                    member,
                    new CopyUp(
                            new TreePath(target, true),
                            source.isEmpty() ? "tmpfs" : source,
                            rootfs.resolve(target),
                            descriptor,
                            options,
                            label));
        }
        return new TreeMount(new TreePath(target, !kernels), mount.type(), source, directory, options, label, owners);
    }

    private TreeEntry copied(String member, CopyUp asked) {
        if (users.isEmpty() || Invoker.here().mayMakeNamespaces()) {
            return new CopiedTmpfs(asked, users);
        }
        try {
            return SelfCopiedTmpfs.of(asked, users.get());
        } catch (IOException e) {
            throw new SpecException(member + ": tmpcopyup: " + e.getMessage());
        }
    }

    /** Those that SELinux itself does not label. */
    private static boolean takesLabel(String type) {
        return switch (type) {
            case "proc", "sysfs", "cgroup", "cgroup2", "mqueue" -> false;
            default -> true;
        };
    }

    /** What lies over a part of {@code /proc} would take what we write there, and show what it likes. */
    private void checkTarget(String member, Mount mount, String target) {
        if (target.isEmpty()) {
            throw new SpecException(member + ".destination: the root is not mounted on");
        }
        boolean inside = target.startsWith("proc/") && !NUMBERS.contains(target);
        boolean over = target.equals("proc") && !mount.type().equals("proc") && !isHostsProc(mount);
        if (inside || over) {
            throw new SpecException(
                    member + ".destination: \"" + mount.destination() + "\" cannot be mounted, because it is"
                            + (inside ? " inside /proc" : " /proc, and what is mounted is not"));
        }
    }

    /** The host's own, bound there for who shares its pid namespace. */
    private static boolean isHostsProc(Mount mount) {
        return RootfsView.clean(mount.source()).equals("proc");
    }

    private boolean ownsDevices() {
        for (Mount mount : configuration.mounts()) {
            if (RootfsView.clean(mount.destination()).equals("dev")
                    && (mount.type().equals("bind")
                            || MountOptions.of(mount.options()).isBind())) {
                return false;
            }
        }
        return true;
    }

    private List<TreeDevice> devices() {
        List<Linux.Device> all = new ArrayList<>(configuration.linux().devices());
        for (Linux.Device usual : DEFAULT_DEVICES) {
            boolean there = false;
            for (Linux.Device device : configuration.linux().devices()) {
                there |= RootfsView.clean(device.path()).equals(RootfsView.clean(usual.path()));
            }
            if (!there) {
                all.add(usual);
            }
        }
        List<TreeDevice> devices = new ArrayList<>();
        for (Linux.Device device : all) {
            String path = RootfsView.clean(device.path());
            long type = switch (device.type()) {
                case "b" -> Constants.S_IFBLK;
                case "p" -> Constants.S_IFIFO;
                default -> Constants.S_IFCHR;
            };
            if (path.startsWith("dev/ptmx")) {
                continue; // It is the container's own.
            }
            checkDevice(device, path);
            devices.add(new TreeDevice(
                    new TreePath(path, true),
                    type,
                    device.fileMode().orElse(0666) & 07777,
                    (int) device.major(),
                    (int) device.minor(),
                    (int) device.uid().orElse(0),
                    (int) device.gid().orElse(0),
                    borrowsDevices() && type != Constants.S_IFIFO));
        }
        return devices;
    }

    private boolean borrowsDevices() {
        return users.isPresent() || !Invoker.here().isInFirstUserNamespace();
    }

    /** What a device of the host was mounted on, for an earlier container of this root file system. */
    private boolean isPlaceholder(Path file) {
        try {
            return borrowsDevices() && Files.size(file) == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** "If a file already exists at path that does not match the requested device, the runtime MUST generate an error." */
    private void checkDevice(Linux.Device device, String path) {
        for (Mount mount : configuration.mounts()) {
            String covered = RootfsView.clean(mount.destination());
            if (path.startsWith(covered + "/")) {
                return; // What the image has there is not seen.
            }
        }
        Path file = rootfs.resolve(path);
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && !isPlaceholder(file)
                || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SpecException(
                    "linux.devices: " + device.path() + " is in the root file system already, and no device");
        }
    }
}

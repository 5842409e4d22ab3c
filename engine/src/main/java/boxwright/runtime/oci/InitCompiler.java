package boxwright.runtime.oci;

import boxwright.isolation.BundleCgroup;
import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.ClockOffset;
import boxwright.isolation.Console;
import boxwright.isolation.IdMap;
import boxwright.isolation.IdMapper;
import boxwright.isolation.Invoker;
import boxwright.isolation.Isolation;
import boxwright.isolation.NetworkDevices;
import boxwright.isolation.NetworkNamespace;
import boxwright.isolation.OomScore;
import boxwright.isolation.Seccomp;
import boxwright.isolation.TimeNamespace;
import boxwright.isolation.UserNamespace;
import boxwright.isolation.UserNamespaceChoice;
import boxwright.isolation.UserNamespaceException;
import boxwright.isolation.cgroup.Group;
import boxwright.isolation.cgroup.Hierarchies;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.WindowSize;
import boxwright.runtime.spec.Configuration;
import boxwright.runtime.spec.Configuration.Hooks;
import boxwright.runtime.spec.Configuration.IdMapping;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.Linux.Namespace;
import boxwright.runtime.spec.ProcessSpec;
import boxwright.runtime.spec.SpecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Turns a bundle into the plan of its container: each part of config.json into the mechanism that it is about. */
final class InitCompiler {
    private final CreateRequest request;
    private final Bundle bundle;
    private final Configuration configuration;
    private final Linux linux;
    private final ProcessSpec process;
    private final Launcher launcher;
    private final Consumer<String> warnings;
    private final List<Group> groups;
    private final List<Group> shown;
    private final Optional<SystemdScope> scope;
    private final List<String> found;
    private final Optional<UserNamespace> users;
    private final Filters filters;

    InitCompiler(
            CreateRequest request, Bundle bundle, Launcher launcher, CgroupChoice cgroups, Consumer<String> warnings) {
        this.request = request;
        this.bundle = bundle;
        this.configuration = bundle.configuration();
        this.linux = configuration.linux();
        this.process = configuration.process().orElseThrow();
        this.launcher = launcher;
        this.warnings = warnings;
        this.filters = Filters.of(linux, process);
        Hierarchies here = Hierarchies.here();
        cgroups.check(here);
        Systemd systemd = new Systemd(cgroups.lenient());
        this.scope = cgroups.systemd()
                ? Optional.of(SystemdScope.of(
                        systemd,
                        systemd.top(launcher),
                        linux.cgroupsPath(),
                        request.id(),
                        ContainerGroups.settings(here, linux),
                        configuration.annotations()))
                : Optional.empty();
        ContainerGroups places = ContainerGroups.of(here, request.id(), linux, cgroups.lenient(), scope);
        this.groups = places.entered();
        this.shown = places.shown();
        this.users = users(launcher);
        this.found = scope.isPresent() ? cgroupDirectories() : foundGroups();
        if (!linux.isNew("mount")) {
            throw new SpecException(
                    "linux.namespaces: this runtime needs a new mount namespace: what a container mounts"
                            + " would be the host's");
        }
    }

    /** The directories of its cgroups. */
    List<String> cgroupDirectories() {
        List<String> directories = new ArrayList<>();
        groups.forEach(group -> directories.add(group.directory().toString()));
        return directories;
    }

    /** Those of them that are made for it: by us if they are not there yet, or by systemd. */
    List<String> cgroupsToMake() {
        List<String> directories = cgroupDirectories();
        if (scope.isEmpty()) {
            directories.removeAll(found);
        }
        return directories;
    }

    /** What systemd is to make first. */
    Optional<SystemdScope> scope() {
        return scope;
    }

    /**
     * Those that are. Their processes would be taken for the container's when it is paused or ended, and a frozen one would
     * stop its first process for ever; runc refuses both since 1.2.
     */
    private List<String> foundGroups() {
        List<String> directories = cgroupDirectories();
        directories.removeIf(directory -> !Files.isDirectory(Path.of(directory)));
        for (String directory : directories) {
            Cgroups group = new Cgroups(List.of(directory), List.of(directory));
            if (!group.members().isEmpty()) {
                throw new SpecException("linux.cgroupsPath: the cgroup " + directory
                        + " is not empty: processes that are not the container's are in it. Name another");
            }
            if (group.isFrozen()) {
                throw new SpecException("linux.cgroupsPath: the cgroup " + directory
                        + " is frozen: nothing runs in it. Thaw it, or name another");
            }
        }
        return directories;
    }

    /**
     * Compiles.
     *
     * @param record what is recorded of the container before it has a process
     */
    InitPlan plan(ContainerRecord record) {
        InitDescriptors descriptors =
                new InitDescriptors(request.preserved(), BundleFiles.furtherDescriptors(configuration));
        checkTerminal();
        Hooks hooks = configuration.hooks();
        BundleFiles files = new BundleFiles(
                configuration, bundle.directory(), bundle.rootfs(), shown, users, launcher, descriptors);
        List<Isolation> setUp = new ArrayList<>();
        process.oomScoreAdj().ifPresent(score -> setUp.add(new OomScore(score)));
        users.ifPresent(setUp::add);
        setUp.add(new BundleCgroup(groups, found, linux.isNew("cgroup")));
        plainNamespaces(setUp);
        if (linux.isNew("time")) {
            setUp.add(time());
        }
        if (linux.isNew("network")) {
            setUp.add(new NetworkNamespace(Optional.empty()));
        }
        if (!linux.netDevices().isEmpty()) {
            setUp.add(networkDevices());
        }
        linux.sysctl().forEach((name, value) -> setUp.add(new SysctlLine(name, value)));
        setUp.add(files.tree());
        List<Isolation> inside = new ArrayList<>();
        inside.add(files.root(request.pivot()));
        if (linux.isNew("uts")) {
            inside.add(new NameLines(configuration.hostname(), configuration.domainname()));
        }
        if (process.terminal()) {
            inside.add(new Console(descriptors.console(), size()));
        }
        CapabilityChoice choice = CapabilityChoice.here();
        ProcessIsolation confinement = new ProcessIsolation(
                process,
                linux.namespace("user").isPresent() ? choice.inNewUserNamespace() : choice,
                users.map(UserNamespace::mayChangeGroups).orElse(true),
                request.newKeyring(),
                warnings);
        Optional<SeccompNotice> notice = SeccompNotice.of(filters.profile(), record);
        Optional<Seccomp> filter = filters.filter(notice, descriptors);
        return new InitPlan(
                joined(),
                setUp,
                new HookLines("createContainer", hooks.createContainer(), descriptors.stateBefore()),
                !hooks.prestart().isEmpty() || !hooks.createRuntime().isEmpty(),
                inside,
                confinement.all(filter, linux),
                new HookLines("startContainer", hooks.startContainer(), descriptors.stateAfter()),
                "/" + RootfsView.clean(process.cwd()),
                new BundleProgram(
                        process.args(),
                        Homes.with(
                                process.env(), bundle.rootfs(), process.user().uid())),
                notice,
                descriptors);
    }

    private void checkTerminal() {
        if (process.terminal() && request.console().isEmpty()) {
            throw new OperationException("cannot allocate tty if the runtime detaches, without a console socket");
        }
        if (!process.terminal() && request.console().isPresent()) {
            throw new OperationException("cannot use a console socket: process.terminal is false");
        }
    }

    private WindowSize size() {
        return process.consoleSize()
                .map(size -> new WindowSize(size.height(), size.width()))
                .orElse(new WindowSize(0, 0));
    }

    private List<Namespace> joined() {
        List<Namespace> joined = new ArrayList<>();
        for (Namespace namespace : linux.namespaces()) {
            if (!namespace.path().isEmpty()) {
                if (!Files.exists(Path.of(namespace.path()))) {
                    throw new SpecException("linux.namespaces: the " + namespace.type() + " namespace "
                            + namespace.path() + ": no such file or directory");
                }
                joined.add(namespace);
            }
        }
        return joined;
    }

    private Optional<UserNamespace> users(Launcher launcher) {
        if (!linux.isNew("user")) {
            return Optional.empty();
        }
        try {
            IdMap users = map(linux.uidMappings());
            IdMap groups = map(linux.gidMappings());
            return Optional.of(
                    Invoker.here().mayMakeNamespaces()
                            ? new UserNamespace(users, groups, true, Optional.of(IdMapper.privileged()))
                            : UserNamespaceChoice.here(launcher).of(Optional.of(users), Optional.of(groups)));
        } catch (IllegalArgumentException | UserNamespaceException e) {
            throw new SpecException("linux.uidMappings, linux.gidMappings: " + e.getMessage());
        }
    }

    static IdMap map(List<IdMapping> mappings) {
        List<IdMap.Range> ranges = new ArrayList<>();
        mappings.forEach(
                mapping -> ranges.add(new IdMap.Range(mapping.containerId(), mapping.hostId(), mapping.size())));
        return new IdMap(ranges);
    }

    private void plainNamespaces(List<Isolation> setUp) {
        for (String type : List.of("pid", "ipc", "uts")) {
            if (linux.isNew(type)) {
                setUp.add(new PlainNamespace(type));
            }
        }
    }

    /** A namespace that needs no line, only a flag. */
    private record PlainNamespace(String type) implements Isolation {
        @Override
        public String chapter() {
            return "";
        }

        @Override
        public long cloneFlags() {
            return NamespaceTypes.flag(type);
        }
    }

    private TimeNamespace time() {
        List<ClockOffset> offsets = new ArrayList<>();
        for (Map.Entry<String, Linux.TimeOffset> entry : linux.timeOffsets().entrySet()) {
            ClockOffset.Clock clock =
                    entry.getKey().equals("monotonic") ? ClockOffset.Clock.MONOTONIC : ClockOffset.Clock.BOOTTIME;
            Linux.TimeOffset offset = entry.getValue();
            try {
                offsets.add(new ClockOffset(clock, offset.secs(), (int) offset.nanosecs()));
            } catch (IllegalArgumentException e) {
                throw new SpecException("linux.timeOffsets." + entry.getKey() + ": " + e.getMessage());
            }
        }
        return new TimeNamespace(offsets, linux.namespace("user").isEmpty());
    }

    private NetworkDevices networkDevices() {
        Map<String, String> names = new LinkedHashMap<>();
        linux.netDevices()
                .forEach((name, device) -> names.put(name, device.name().isEmpty() ? name : device.name()));
        return new NetworkDevices(names);
    }

    /** A kernel parameter, through the host's proc, which shows each process those of its own namespaces. */
    private record SysctlLine(String name, String value) implements Isolation {
        @Override
        public String chapter() {
            return "";
        }

        @Override
        public void addTo(PlanBuilder plan) {
            String dotted = boxwright.runtime.spec.Sysctls.dotted(name);
            String path = dotted.replace('/', '\0').replace('.', '/').replace('\0', '.');
            plan.writeFile("/proc/sys/" + path, value).because("a parameter of the container's own namespaces");
        }
    }

    /** The names of uts_namespaces(7). */
    private record NameLines(String hostname, String domainname) implements Isolation {
        @Override
        public String chapter() {
            return "02-uts-namespace";
        }

        @Override
        public void addTo(PlanBuilder plan) {
            if (!hostname.isEmpty()) {
                plan.sethostname(hostname).because("a name of its own, which the host does not see");
            }
            if (!domainname.isEmpty()) {
                plan.setdomainname(domainname).because("the domain of NIS");
            }
        }
    }
}

package boxwright.runtime.oci;

import boxwright.isolation.CapabilityChoice;
import boxwright.isolation.CgroupEntry;
import boxwright.isolation.Console;
import boxwright.isolation.OomScore;
import boxwright.isolation.Seccomp;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import boxwright.kernel.WindowSize;
import boxwright.runtime.spec.Configuration;
import boxwright.runtime.spec.ConfigurationReader;
import boxwright.runtime.spec.Linux;
import boxwright.runtime.spec.ProcessSpec;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a further program in a container that runs.
 *
 * @param root where the state is
 * @param launcher runs the plan
 * @param warnings takes what was left out, a sentence each
 */
public record Execution(StateRoot root, Launcher launcher, Consumer<String> warnings) {
    /** The files of {@code /proc/PID/ns} and the types of config-linux.md; namespaces(7). */
    private static final String[][] NAMESPACES = {
        {"user", "user"},
        {"mnt", "mount"},
        {"pid", "pid"},
        {"net", "network"},
        {"ipc", "ipc"},
        {"uts", "uts"},
        {"cgroup", "cgroup"},
        {"time", "time"}
    };

    /** How a line of {@code /proc/PID/cgroup} begins that is about it; cgroups(7). */
    private static final String SECOND_VERSION = "0::";

    /**
     * Runs it. When this returns, the program runs, and is our child.
     *
     * @return its number
     * @throws OperationException when the container does not run, or the program cannot be executed
     */
    public int exec(ExecRequest request) throws IOException {
        Launcher.prepare();
        ContainerDirectory directory = root.open(request.id());
        ContainerState state = Containers.state(directory);
        switch (state.status()) {
            case STOPPED -> throw new OperationException("cannot exec in a stopped container");
            case CREATING -> throw new OperationException("cannot exec in a container that is being created");
            case PAUSED -> {
                if (!request.ignorePaused()) {
                    throw new OperationException("cannot exec in a paused container (use --ignore-paused to override)");
                }
            }
            default -> {}
        }
        Configuration configuration = ConfigurationReader.read("config.json", directory.configuration());
        ProcessSpec process = ExecProcess.of(request, configuration.process().orElseThrow());
        int first = state.record().process().pid();
        List<Descriptor> opened = new ArrayList<>();
        try {
            Descriptor container = Descriptor.ofProcess(first)
                    .orElseThrow(() -> new OperationException("cannot exec in a stopped container"));
            opened.add(container);
            if (!state.record().process().isAlive()) {
                throw new OperationException("cannot exec in a stopped container");
            }
            state.record().unit().approach(launcher);
            ExecPlan plan;
            try {
                plan = plan(request, state.record(), configuration, process);
            } catch (NoSuchFileException e) {
                // A process that ends has no namespaces any more, some moments before it has ended.
                throw new OperationException("cannot exec in a stopped container");
            }
            Map<Integer, Descriptor> descriptors =
                    new HashMap<>(plan.descriptors().inherited());
            opened.addAll(descriptors.values());
            descriptors.put(plan.descriptors().start(), container);
            request.console().ifPresent(target -> {
                Descriptor socket = target.open();
                opened.add(socket);
                descriptors.put(plan.descriptors().console(), socket);
            });
            plan.notice()
                    .ifPresent(notice -> notice.open(plan.descriptors(), descriptors, descriptor -> {
                        opened.add(descriptor);
                        return descriptor;
                    }));
            int pid = run(plan, descriptors, request.id(), state.status());
            if (request.pidFile().isPresent()) {
                Creation.writePidFile(request.pidFile().get(), pid);
            }
            return pid;
        } finally {
            opened.forEach(Descriptor::close);
        }
    }

    private int run(ExecPlan plan, Map<Integer, Descriptor> descriptors, String id, Status status) {
        Launch launch = launcher.start(plan.plan(), "boxwright: exec in " + id, descriptors);
        int pid = 0;
        try {
            for (Optional<Report> next = launch.next(); next.isPresent(); next = launch.next()) {
                Report report = next.get();
                if (report.call().systemCall() == SystemCall.CLONE && report.result() > 0) {
                    pid = (int) report.result();
                    if (plan.notice().isPresent()) {
                        plan.notice().get().write(plan.descriptors(), descriptors, pid, status);
                        launch.go();
                    }
                }
            }
            if (pid == 0) {
                throw new OperationException("the program was killed before it was set up");
            }
            return pid;
        } catch (PlanException e) {
            if (pid != 0) {
                Launch.reap(pid);
            }
            throw new OperationException(SetUpFailure.describe(e, launch.reports(), plan.program()));
        } finally {
            launch.close();
            launch.reap();
        }
    }

    private ExecPlan plan(ExecRequest request, ContainerRecord record, Configuration configuration, ProcessSpec process)
            throws IOException {
        if (process.terminal() && request.console().isEmpty()) {
            throw new OperationException("cannot allocate tty if the runtime detaches, without a console socket");
        }
        if (!process.terminal() && request.console().isPresent()) {
            throw new OperationException("cannot use a console socket without a terminal");
        }
        int first = record.process().pid();
        Linux linux = configuration.linux();
        Filters filters = Filters.of(linux, process);
        long namespaces = namespaces(first);
        boolean ownUsers = (namespaces & Constants.CLONE_NEWUSER) != 0;
        boolean changesGroups = !ownUsers
                || !Files.readString(Path.of("/proc/" + first + "/setgroups")).startsWith("deny");
        InitDescriptors descriptors = new InitDescriptors(request.preserved(), 0);
        CapabilityChoice choice = CapabilityChoice.here();
        ProcessIsolation confinement = new ProcessIsolation(
                process, ownUsers ? choice.inNewUserNamespace() : choice, changesGroups, true, warnings);
        Optional<SeccompNotice> notice = SeccompNotice.of(filters.profile(), record);
        Optional<Seccomp> filter = filters.filter(notice, descriptors);
        CgroupEntry cgroup = cgroup(record, request.cgroup());
        return new ExecPlan(
                namespaces,
                ExecAffinity.of(process.execCpuAffinity()),
                cgroup,
                request.cgroup().isEmpty() ? movedTo(cgroup.second(), first) : Optional.empty(),
                configuration.process().orElseThrow().oomScoreAdj().isPresent()
                        ? Optional.of(new OomScore(configuration
                                .process()
                                .orElseThrow()
                                .oomScoreAdj()
                                .getAsInt()))
                        : Optional.empty(),
                ownUsers,
                changesGroups,
                confinement.all(filter, linux),
                process.noNewPrivileges(),
                notice,
                process.terminal()
                        ? Optional.of(new Console(
                                descriptors.console(),
                                process.consoleSize()
                                        .map(size -> new WindowSize(size.height(), size.width()))
                                        .orElse(new WindowSize(0, 0))))
                        : Optional.empty(),
                process.cwd(),
                new BundleProgram(
                        process.args(),
                        Homes.with(
                                process.env(),
                                Path.of("/proc/" + first + "/root"),
                                process.user().uid())),
                descriptors);
    }

    /** Those of its namespaces that are not ours. */
    private static long namespaces(int pid) throws IOException {
        long flags = 0;
        for (String[] namespace : NAMESPACES) {
            Path ours = Path.of("/proc/self/ns", namespace[0]);
            if (Files.exists(ours)
                    && !Files.readSymbolicLink(ours)
                            .equals(Files.readSymbolicLink(
                                    Path.of("/proc", Integer.toString(pid), "ns", namespace[0])))) {
                flags |= NamespaceTypes.flag(namespace[1]);
            }
        }
        return flags;
    }

    /** The group of version 2 that the first process has moved to, if it has: systemd makes groups of its own below. */
    private static Optional<Path> movedTo(Optional<Path> own, int first) throws IOException {
        if (own.isEmpty()) {
            return own;
        }
        for (String line : Files.readAllLines(Path.of("/proc/" + first + "/cgroup"))) {
            // The rest of this is slow, and most have not moved.
            if (line.startsWith(SECOND_VERSION)
                    && own.get().toString().endsWith(line.substring(SECOND_VERSION.length()))) {
                return Optional.empty();
            }
        }
        return CgroupEntry.where(first).second().filter(group -> !group.equals(own.get()));
    }

    private static CgroupEntry cgroup(ContainerRecord record, String below) {
        Map<String, Path> first = new LinkedHashMap<>();
        Optional<Path> second = Optional.empty();
        for (String directory : record.cgroups()) {
            Path group = Path.of(directory).resolve(RootfsView.clean(below)).normalize();
            if (!Files.isDirectory(group)) {
                throw new SpecException("the cgroup " + group + " does not exist");
            }
            if (Files.exists(group.resolve("cgroup.controllers"))) {
                second = Optional.of(group);
            } else {
                first.put("tasks" + first.size(), group);
            }
        }
        return new CgroupEntry(first, second);
    }
}

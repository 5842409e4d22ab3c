package boxwright.runtime.oci;

import boxwright.isolation.Preparation;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.SystemCall;
import boxwright.runtime.spec.Configuration.Hooks;
import boxwright.runtime.spec.SpecException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes a container that waits for {@code start}, runtime.md "Create". When that fails, at whatever point, nothing is left:
 * its process has ended, its cgroups and its directory are gone.
 *
 * @param root where the state goes
 * @param launcher runs the plan
 * @param cgroups how its cgroups are made
 * @param warnings takes what was left out, a sentence each
 */
public record Creation(StateRoot root, Launcher launcher, CgroupChoice cgroups, Consumer<String> warnings) {
    private static final long PATIENCE_MILLIS = 10_000;

    /**
     * Makes it.
     *
     * @return its record
     * @throws OperationException when it cannot be made
     * @throws SpecException when its configuration cannot be used
     */
    public ContainerRecord create(CreateRequest request) throws IOException {
        StateRoot.checkId(request.id());
        root.requireFree(request.id());
        Launcher.prepare();
        Bundle bundle = Bundle.read(request.bundle());
        InitCompiler compiler = new InitCompiler(request, bundle, launcher, cgroups, warnings);
        ContainerRecord record = new ContainerRecord(
                bundle.configuration().ociVersion(),
                request.id(),
                bundle.directory().toString(),
                bundle.rootfs().toString(),
                Instant.now().toString(),
                owner(),
                ProcessIdentity.NONE,
                "",
                compiler.cgroupDirectories(),
                compiler.cgroupsToMake(),
                compiler.scope().map(SystemdScope::unit).orElse(SystemdUnit.NONE),
                bundle.configuration().annotations());
        InitPlan plan = compiler.plan(record);
        try (ContainerDirectory directory = root.create(request.id())) {
            Attempt attempt = new Attempt(request, bundle, record, plan, compiler.scope(), directory);
            try {
                return attempt.run();
            } catch (IOException | RuntimeException e) {
                attempt.undo(e);
                throw e;
            }
        }
    }

    private static int owner() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid ? uid : 0;
    }

    /** A socket that somebody else listens at. */
    static Descriptor connect(Path path, String what) {
        try {
            return Descriptor.connected(path.toAbsolutePath());
        } catch (KernelException e) {
            throw new OperationException("the " + what + " cannot be reached: " + e.getMessage());
        }
    }

    /** The file appears with the number in it: somebody waits for it. */
    static void writePidFile(Path file, int pid) {
        Path fresh = file.resolveSibling("." + file.getFileName());
        try {
            Files.writeString(fresh, Integer.toString(pid));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new OperationException("cannot write the pid file " + file + ": " + e.getMessage());
        }
    }

    /** One attempt to make it; not static, for the launcher. */
    private final class Attempt {
        private final CreateRequest request;
        private final Bundle bundle;
        private ContainerRecord record;
        private final InitPlan plan;
        private final Optional<SystemdScope> scope;
        private final ContainerDirectory directory;
        private final List<Descriptor> opened = new ArrayList<>();
        private int pid;
        private boolean hooked;

        Attempt(
                CreateRequest request,
                Bundle bundle,
                ContainerRecord record,
                InitPlan plan,
                Optional<SystemdScope> scope,
                ContainerDirectory directory) {
            this.request = request;
            this.bundle = bundle;
            this.record = record;
            this.plan = plan;
            this.scope = scope;
            this.directory = directory;
        }

        ContainerRecord run() throws IOException {
            directory.writeConfiguration(bundle.text());
            Optional<SystemdScope.Holder> holder = Optional.empty();
            try {
                if (scope.isPresent()) {
                    ContainerRecord complete = record;
                    // It is ours once systemd has made it: one of that name that is somebody else's stays as it is.
                    record = complete.withoutScope();
                    directory.write(record);
                    scope.get().unit().systemd().takeUs(launcher, scope.get().top());
                    holder = Optional.of(scope.get().start(launcher));
                    record = complete;
                }
                directory.write(record);
                return launch();
            } finally {
                holder.ifPresent(SystemdScope.Holder::close);
                opened.forEach(Descriptor::close);
            }
        }

        private ContainerRecord launch() throws IOException {
            Map<Integer, Descriptor> descriptors = descriptors();
            Launch launch = launcher.start(plan.plan(), "boxwright: " + request.id(), descriptors);
            try {
                follow(launch, descriptors);
            } finally {
                launch.close();
                launch.reap();
            }
            ProcessIdentity process = ProcessIdentity.of(pid)
                    .filter(ProcessIdentity::isAlive)
                    .orElseThrow(() -> new OperationException("the container's process ended before it was started"));
            ContainerRecord complete = record.with(process, Containers.executable(pid));
            directory.writeLastCalls(launch.encoded(), plan.descriptors().start());
            directory.write(complete);
            if (request.pidFile().isPresent()) {
                writePidFile(request.pidFile().get(), pid);
            }
            return complete;
        }

        private Map<Integer, Descriptor> descriptors() {
            InitDescriptors numbers = plan.descriptors();
            Map<Integer, Descriptor> all = numbers.inherited();
            opened.addAll(all.values());
            all.put(numbers.start(), fifo(directory.startFifo()));
            all.put(numbers.result(), fifo(directory.resultFifo()));
            request.console().ifPresent(target -> all.put(numbers.console(), open(target.open())));
            plan.notice().ifPresent(notice -> notice.open(numbers, all, this::open));
            plan.descriptorsOfMechanisms().forEach((number, opened) -> all.put(number, open(opened.get())));
            Hooks hooks = bundle.configuration().hooks();
            if (!hooks.createContainer().isEmpty()) {
                all.put(numbers.stateBefore(), open(Descriptor.memory("state")));
            }
            if (!hooks.startContainer().isEmpty()) {
                all.put(numbers.stateAfter(), open(Descriptor.memory("state")));
            }
            return all;
        }

        private Descriptor open(Descriptor descriptor) {
            opened.add(descriptor);
            return descriptor;
        }

        /** Open for both reading and writing: so the process that holds it open waits, and meets no end of the file. */
        private Descriptor fifo(Path path) {
            Descriptor.makeFifo(path, 0600);
            return open(Descriptor.open(path, Constants.O_RDWR, 0));
        }

        /** Does what there is to do outside, as the plan comes to it. */
        private void follow(Launch launch, Map<Integer, Descriptor> descriptors) throws IOException {
            boolean ready = false;
            try {
                for (Optional<Report> next = launch.next(); next.isPresent(); next = launch.next()) {
                    Report report = next.get();
                    SystemCall call = report.call().systemCall();
                    if (call == SystemCall.CLONE3 && pid == 0 && report.result() > 0) {
                        pid = (int) report.result();
                        born(launch, descriptors);
                    } else if (call == SystemCall.UMASK) {
                        hooked = true;
                        runHooks();
                        launch.go();
                    } else if (call == SystemCall.PRCTL) {
                        ready = true;
                    }
                }
            } catch (PlanException e) {
                throw new OperationException(SetUpFailure.describe(e, launch.reports(), plan.program()));
            }
            if (!ready) {
                throw new OperationException("the container's process was killed before it was set up"
                        + (pid == 0 ? ", or could not be made" : ""));
            }
        }

        private void born(Launch launch, Map<Integer, Descriptor> descriptors) throws IOException {
            // Whoever finds us killed finds the process by this: it goes no further before it is written.
            directory.write(record.with(ProcessIdentity.of(pid).orElse(ProcessIdentity.NONE), ""));
            InitDescriptors numbers = plan.descriptors();
            int inside = innermostPid();
            fill(descriptors, numbers.stateBefore(), Status.CREATING, inside);
            fill(descriptors, numbers.stateAfter(), Status.CREATED, inside);
            plan.notice().ifPresent(notice -> notice.write(numbers, descriptors, pid, Status.CREATED));
            for (Preparation needed : plan.preparations()) {
                needed.work().accept(pid);
            }
            launch.go();
        }

        private void fill(Map<Integer, Descriptor> descriptors, int number, Status status, int inside) {
            Descriptor file = descriptors.get(number);
            if (file != null) {
                file.write(ContainerState.forHook(record, status, inside).getBytes(StandardCharsets.UTF_8));
            }
        }

        /** The number that the container itself sees, {@code NSpid} in proc_pid_status(5). */
        private int innermostPid() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("NSpid:")) {
                    return Integer.parseInt(
                            line.substring(line.lastIndexOf('\t') + 1).strip());
                }
            }
            return pid;
        }

        private void runHooks() {
            Hooks hooks = bundle.configuration().hooks();
            String state = ContainerState.forHook(record, Status.CREATING, pid);
            HookRun run = new HookRun(launcher);
            run.run("prestart", hooks.prestart(), state);
            run.run("createRuntime", hooks.createRuntime(), state);
        }

        /** Leaves nothing behind. What goes wrong here is told beside what went wrong first. */
        void undo(Exception first) {
            try {
                if (pid != 0) {
                    try (Descriptor process = Descriptor.ofProcess(pid).orElseThrow()) {
                        process.signal(Constants.SIGKILL);
                        process.awaitInput(PATIENCE_MILLIS);
                    }
                    Launch.reap(pid);
                }
                if (pid == 0) {
                    Cgroups.of(record).removeUnused();
                } else {
                    Cgroups.of(record).remove();
                }
                record.unit().stop(launcher);
                if (mayHaveRunHooks()) {
                    poststop();
                }
                directory.remove();
            } catch (IOException | RuntimeException second) {
                first.addSuppressed(second);
                warnings.accept("and while it was undone: " + second.getMessage());
            }
        }

        /** Those of the container's namespaces are run by its process, which tells nobody how far it came. */
        private boolean mayHaveRunHooks() {
            return hooked
                    || pid != 0
                            && !bundle.configuration().hooks().createContainer().isEmpty();
        }

        private void poststop() {
            new HookRun(launcher)
                    .runAll(
                            "poststop",
                            bundle.configuration().hooks().poststop(),
                            ContainerState.forHook(record, Status.STOPPED, 0),
                            warnings);
        }
    }
}

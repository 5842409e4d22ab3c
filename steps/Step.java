//DEPS net.java.dev.jna:jna:5.19.1
//DEPS org.jspecify:jspecify:1.0.1
//DEPS com.google.code.gson:gson:2.15.0
//SOURCES Job.java
//SOURCES ../engine/src/main/java/boxwright/kernel/*.java
//SOURCES ../engine/src/main/java/boxwright/kernel/netlink/*.java
//SOURCES ../engine/src/main/java/boxwright/isolation/*.java
//SOURCES ../engine/src/main/java/boxwright/isolation/cgroup/*.java
//SOURCES ../engine/src/main/java/boxwright/isolation/seccomp/*.java
//SOURCES ../engine/src/main/java/boxwright/runtime/*.java
//SOURCES ../engine/src/main/java/boxwright/explain/*.java
//RUNTIME_OPTIONS --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-MaxFDLimit

import boxwright.explain.Diagnosis;
import boxwright.explain.LiveSystem;
import boxwright.explain.PlanTree;
import boxwright.explain.Waterfall;
import boxwright.isolation.Cgroup;
import boxwright.isolation.Isolation;
import boxwright.kernel.Constants;
import boxwright.isolation.UserNamespaceException;
import boxwright.kernel.KernelException;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.Terminal;
import boxwright.runtime.ContainerPlan;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.Program;
import boxwright.runtime.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What all steps share, and nothing that a chapter is about: the command line, and running the list that the step has
 * written. The program keeps the reader's terminal, so that a shell in a step has job control.
 *
 * @param name what the reader typed, {@code step01}
 * @param adds what this step adds to the one before, a phrase
 * @param takesRootfs whether there is an option {@code --rootfs}
 */
record Step(String name, String adds, boolean takesRootfs) {
    /** What the reader typed after the step's name. */
    record Request(
            boolean help,
            boolean explain,
            boolean dryRun,
            Optional<Path> waterfall,
            Optional<Path> rootfs,
            List<String> command) {}

    /** The step cannot do what was asked; the message says all of it. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    /** Runs a program in the isolation of a step that has the host's file system. Does not return. */
    static void run(String name, String adds, String[] args, List<Isolation> isolation) {
        new Step(name, adds, false)
                .run(args, request ->
                        ContainerPlan.of(isolation, program(request.command(), List.of()), Optional.empty()));
    }

    /** The isolation of the step before, and one mechanism more. */
    static List<Isolation> with(List<Isolation> before, Isolation added) {
        return Stream.concat(before.stream(), Stream.of(added)).toList();
    }

    /** The same, where the one mechanism comes first. */
    static List<Isolation> with(Isolation first, List<Isolation> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    /** A program with a container's usual environment, and the kind of terminal that the reader has. */
    static Program program(List<String> command, List<String> environment) {
        Program usual = Program.of(command);
        Map<String, String> variables = new HashMap<>(usual.environment());
        variables.put("TERM", System.getenv().getOrDefault("TERM", "dumb"));
        for (String variable : environment) {
            String[] parts = variable.split("=", 2);
            variables.put(parts[0], parts[1]);
        }
        return new Program(command, variables, usual.directory());
    }

    /** Compiles what the reader asked for into a list, shows it or runs it. Does not return. */
    void run(String[] args, Function<Request, ContainerPlan> compile) {
        List<Report> reports = new ArrayList<>();
        int exitCode;
        try {
            exitCode = run(request(args), compile, reports);
        } catch (PlanException failure) {
            exitCode = complain(
                    Diagnosis.of(failure, reports, LiveSystem.here()).message(), StartFailure.of(failure, reports));
        } catch (Refusal | KernelException | UserNamespaceException | UnsupportedOperationException failure) {
            exitCode = complain(failure.getMessage(), StartFailure.ENGINE);
        }
        System.exit(exitCode);
    }

    private int run(Request request, Function<Request, ContainerPlan> compile, List<Report> reports) {
        if (request.help()) {
            System.out.print(usage());
            return 0;
        }
        Optional<Job> job = Job.ofTerminal();
        ContainerPlan container = compile.apply(request);
        if (job.isPresent()) {
            List<Isolation> isolation = with(container.isolation(), job.get());
            container = ContainerPlan.of(isolation, container.program(), container.scratch());
        }
        Plan plan = request.waterfall().isPresent() ? container.plan().timed() : container.plan();
        if (request.dryRun()) {
            System.out.print(tree(plan, 1));
            return 0;
        }
        if (request.explain()) {
            System.err.print(tree(plan, 2));
        }
        job.ifPresent(Job::giveBack);
        try (ContainerProcess process = ContainerProcess.start(launcher(), container, plan, reports::addAll)) {
            job.ifPresent(present -> present.accompany(process));
            ExitStatus status = process.await();
            tellOfMemory(container, status);
            request.waterfall().ifPresent(file -> draw(file, request, plan, process.reports()));
            return status.code();
        }
    }

    private void draw(Path file, Request request, Plan plan, List<Report> reports) {
        try {
            Files.writeString(file, Waterfall.of(name + " " + String.join(" ", request.command()), plan, reports));
        } catch (IOException failure) {
            throw new Refusal("cannot write " + file + ": " + failure);
        }
    }

    /** A program that the kernel killed for want of memory cannot say so itself. */
    private void tellOfMemory(ContainerPlan container, ExitStatus status) {
        for (Isolation mechanism : container.isolation()) {
            if (mechanism instanceof Cgroup cgroup) {
                cgroup.outOfMemory(status.signal() == Constants.SIGKILL)
                        .ifPresent(words -> System.err.println(name + ": " + words));
            }
        }
    }

    static Launcher launcher() {
        return new Launcher(Path.of(System.getProperty("java.io.tmpdir")));
    }

    private int complain(String message, StartFailure kind) {
        System.err.println(name + ": " + message);
        return kind.exitCode();
    }

    private Request request(String[] args) {
        boolean help = false;
        boolean explain = false;
        boolean dryRun = false;
        Optional<Path> waterfall = Optional.empty();
        Optional<Path> rootfs = Optional.empty();
        Deque<String> words = new ArrayDeque<>(List.of(args));
        while (!words.isEmpty() && words.peek().startsWith("-")) {
            switch (words.pop()) {
                case "--help", "-h" -> help = true;
                case "--explain" -> explain = true;
                case "--dry-run" -> dryRun = true;
                case String word when word.equals("--waterfall") && !words.isEmpty() ->
                    waterfall = Optional.of(Path.of(words.pop()));
                case String word when takesRootfs && word.equals("--rootfs") && !words.isEmpty() ->
                    rootfs = Optional.of(Path.of(words.pop()));
                case String word -> throw new Refusal("what is \"" + word + "\"?\n" + usage());
            }
        }
        List<String> command = words.isEmpty() ? List.of("sh") : List.copyOf(words);
        if (command.getFirst().isEmpty()) {
            throw new Refusal("the name of the program is empty");
        }
        return new Request(help, explain, dryRun, waterfall, rootfs, command);
    }

    private String usage() {
        String option = takesRootfs ? " [--rootfs DIR]" : "";
        String help = takesRootfs ? "  --rootfs DIR      the container's root file system (default: the image host)\n" : "";
        return """
            Usage: ./jbang %s [--explain | --dry-run] [--waterfall FILE]%s [COMMAND [ARGUMENT...]]

            Runs COMMAND (sh, when there is none) with all that the steps before have, and %s.
              --explain         shows the list of system calls on stderr, then runs it
              --dry-run         only shows it
              --waterfall FILE  draws where the time went, as SVG
            %s""".formatted(name, option, adds, help);
    }

    /** For a descriptor: as wide as its terminal, in colours; without limits where it is none. */
    private static String tree(Plan plan, int descriptor) {
        return Terminal.of(descriptor)
                .map(terminal -> new PlanTree(!System.getenv().containsKey("NO_COLOR"), terminal.size().columns()))
                .orElse(PlanTree.plain())
                .of(plan);
    }
}

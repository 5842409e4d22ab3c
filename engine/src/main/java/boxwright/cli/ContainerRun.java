package boxwright.cli;

import boxwright.engine.ContainerRequest;
import boxwright.engine.Containers;
import boxwright.engine.EngineException;
import boxwright.engine.Home;
import boxwright.engine.RunningContainer;
import boxwright.explain.Diagnosis;
import boxwright.explain.LiveSystem;
import boxwright.kernel.Constants;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.Terminal;
import boxwright.kernel.WindowSize;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.StartFailure;
import boxwright.runtime.TerminalKeeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The work of {@code boxwright run}: a container in the foreground, from the request to the exit code. */
final class ContainerRun {
    static final WindowSize USUAL_WINDOW = new WindowSize(24, 80);

    private final RunOptions options;
    private final Console console;
    private final Optional<Terminal> userTerminal;
    private final Explanation explanation;

    ContainerRun(RunOptions options, Console console) {
        this.options = options;
        this.console = console;
        this.userTerminal = options.terminal() ? Terminal.of(0) : Optional.empty();
        this.explanation = new Explanation(options.explain(), console);
    }

    /** Runs it and returns the exit code. */
    static int run(RunOptions options, Console console) throws InterruptedException {
        return new ContainerRun(options, console).run();
    }

    private int run() throws InterruptedException {
        if (options.terminal() && options.interactive() && userTerminal.isEmpty() && !options.dryRun()) {
            throw new EngineException("the input device is not a TTY: -t with -i needs a terminal to sit at."
                    + " Leave out -t when the input comes from a file or a pipe.");
        }
        Home home = Home.ofThisUser();
        Containers.Prepared container = new Containers(home).prepare(request(), !options.dryRun());
        for (String warning : container.confinement().warnings()) {
            console.err().println("boxwright: warning: " + warning);
        }
        for (String warning : container.limits().warnings()) {
            console.err().println("boxwright: warning: " + warning);
        }
        Optional<TerminalKeeper> keeper = options.interactive()
                ? userTerminal.map(
                        terminal -> new TerminalKeeper(Containers.USER_TERMINAL, Terminal.struct(terminal.settings())))
                : Optional.empty();
        if (options.dryRun()) {
            explanation.only(container.plan(Containers.Layering.OVERLAY, keeper).plan());
            return ExitCode.OK;
        }
        return start(home, container, keeper);
    }

    private int start(Home home, Containers.Prepared container, Optional<TerminalKeeper> keeper)
            throws InterruptedException {
        List<Report> reports = new ArrayList<>();
        SignalForwarding signals = new SignalForwarding();
        try (Streams streams = new Streams(options.terminal(), options.interactive(), userTerminal);
                ContainerProcess process = RunningContainer.start(
                        container,
                        new Launcher(home.directory()),
                        keeper,
                        explanation::announced,
                        streams.descriptors(),
                        reports::addAll)) {
            signals.to(process);
            ExitStatus status = options.terminal()
                    ? new TerminalSession(userTerminal).run(process, streams.master(), options.interactive())
                    : process.await();
            container
                    .limits()
                    .cgroup()
                    .outOfMemory(status.signal() == Constants.SIGKILL)
                    .ifPresent(words -> console.err().println("boxwright: " + words));
            explanation.after(process.plan(), process.reports());
            return status.code();
        } catch (PlanException e) {
            explanation.after(e.plan(), reports);
            throw new CommandFailure(
                    Diagnosis.of(e, reports, LiveSystem.here()).message(),
                    StartFailure.of(e, reports).exitCode());
        }
    }

    private ContainerRequest request() {
        return options.terminal()
                ? options.container()
                        .withTerminal(userTerminal.map(Terminal::size).orElse(USUAL_WINDOW))
                : options.container();
    }
}

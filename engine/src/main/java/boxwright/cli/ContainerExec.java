package boxwright.cli;

import boxwright.engine.Containers;
import boxwright.engine.EngineException;
import boxwright.engine.Home;
import boxwright.engine.JoinRequest;
import boxwright.engine.Joining;
import boxwright.explain.Diagnosis;
import boxwright.explain.LiveSystem;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launcher;
import boxwright.kernel.PlanException;
import boxwright.kernel.Report;
import boxwright.kernel.Terminal;
import boxwright.runtime.ContainerProcess;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.StartFailure;
import boxwright.runtime.TerminalKeeper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The work of {@code boxwright exec}: a program joins a container, from the request to the exit code. */
final class ContainerExec {
    private final ExecOptions options;
    private final Console console;
    private final Optional<Terminal> userTerminal;
    private final Explanation explanation;

    private ContainerExec(ExecOptions options, Console console) {
        this.options = options;
        this.console = console;
        this.userTerminal = options.terminal() ? Terminal.of(0) : Optional.empty();
        this.explanation = new Explanation(options.explain(), console);
    }

    /** Runs it and returns the exit code. */
    static int run(ExecOptions options, Console console) throws InterruptedException {
        return new ContainerExec(options, console).run();
    }

    private int run() throws InterruptedException {
        if (options.terminal() && options.interactive() && userTerminal.isEmpty() && !options.dryRun()) {
            throw new EngineException("the input device is not a TTY: -t with -i needs a terminal to sit at."
                    + " Leave out -t when the input comes from a file or a pipe.");
        }
        Home home = Home.ofThisUser();
        Optional<TerminalKeeper> keeper = options.interactive()
                ? userTerminal.map(
                        terminal -> new TerminalKeeper(Containers.USER_TERMINAL, Terminal.struct(terminal.settings())))
                : Optional.empty();
        try (Joining.Prepared joining = new Joining(home).prepare(request(), keeper)) {
            for (String warning : joining.warnings()) {
                console.err().println("boxwright: warning: " + warning);
            }
            if (options.dryRun()) {
                explanation.only(joining.plan().plan());
                return ExitCode.OK;
            }
            return start(home, joining);
        }
    }

    private int start(Home home, Joining.Prepared joining) throws InterruptedException {
        List<Report> reports = new ArrayList<>();
        SignalForwarding signals = new SignalForwarding();
        try (Streams streams = streams();
                ContainerProcess process = ContainerProcess.start(
                        new Launcher(home.directory()),
                        joining.plan(),
                        explanation.announced(joining.plan().plan()),
                        descriptors(streams, joining),
                        pid -> {},
                        reports::addAll)) {
            if (options.join().detached()) {
                process.release();
                return ExitCode.OK;
            }
            signals.to(process);
            ExitStatus status = options.terminal()
                    ? new TerminalSession(userTerminal).run(process, streams.master(), options.interactive())
                    : process.await();
            explanation.after(process.plan(), process.reports());
            return status.code();
        } catch (PlanException e) {
            explanation.after(e.plan(), reports);
            throw new CommandFailure(
                    Diagnosis.of(e, reports, LiveSystem.here()).message(),
                    StartFailure.of(e, reports).exitCode());
        }
    }

    private Streams streams() {
        return options.join().detached()
                ? Streams.ofNobody()
                : new Streams(options.terminal(), options.interactive(), userTerminal);
    }

    private static Map<Integer, Descriptor> descriptors(Streams streams, Joining.Prepared joining) {
        Map<Integer, Descriptor> all = new HashMap<>(streams.descriptors());
        all.putAll(joining.descriptors());
        return all;
    }

    private JoinRequest request() {
        return options.terminal()
                ? options.join().withTerminal(userTerminal.map(Terminal::size).orElse(ContainerRun.USUAL_WINDOW))
                : options.join();
    }
}

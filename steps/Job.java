//COMPILE_OPTIONS -XDignore.symbol.file

import boxwright.isolation.Isolation;
import boxwright.kernel.ForegroundGroup;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Terminal;
import boxwright.runtime.ContainerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The program as a job of the reader's terminal. A shell inside must be able to name its process group, or it says "Cannot
 * set tty process group" when it ends: so the program gets a group of its own, and the terminal with it. This JVM joins the
 * group, for Ctrl-C.
 *
 * @param terminal the reader's
 * @param before the group that has the terminal now, and gets it back
 */
record Job(ForegroundGroup terminal, int before) implements Isolation {
    private static final int SIGINT = 2;
    /** 128 and the number of the signal, as a shell has it. */
    private static final int INTERRUPTED = 128 + SIGINT;

    /**
     * A job, where the terminal is for the program alone: not in the background, and not in a pipe, whose other programs
     * ({@code | less}) need the terminal too.
     */
    static Optional<Job> ofTerminal() {
        return Terminal.of(0)
                .filter(terminal -> Terminal.of(1).isPresent())
                .map(ForegroundGroup::new)
                .filter(ForegroundGroup::isOurs)
                .map(terminal -> new Job(terminal, ForegroundGroup.ourGroup()));
    }

    @Override
    public String chapter() {
        return "01-pid-namespace";
    }

    @Override
    public void addTo(PlanBuilder plan) {
        ForegroundGroup.take(plan);
    }

    /** The terminal goes back when this JVM ends, whether the program has started or not. */
    void giveBack() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Only a shell may set this from the background, says the kernel, or who does not mind the signal.
            Signal.handle(new Signal("TTOU"), SignalHandler.SIG_IGN);
            terminal.give(before);
        }));
    }

    /** While the program runs. */
    void accompany(ContainerProcess program) {
        // Ctrl-Z does not stop a first process, so it must not stop us: nobody could wake us up again.
        Signal.handle(new Signal("TSTP"), signal -> {});
        Signal.handle(new Signal("INT"), signal -> {
            if (!minds(program.pid())) {
                System.exit(INTERRUPTED);
            }
        });
        ForegroundGroup.join(program.pid());
    }

    /** Whether a program does something itself on Ctrl-C: a first process gets no signal that it has no handler for. */
    private static boolean minds(int pid) {
        try {
            List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
            return status.stream()
                    .filter(line -> line.startsWith("SigIgn:") || line.startsWith("SigCgt:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring("SigIgn:".length()).strip(), 16))
                    .anyMatch(signals -> (signals & 1L << SIGINT - 1) != 0);
        } catch (IOException gone) {
            return true; // it has ended, and we shall hear of it
        }
    }
}

package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.PlanException;
import boxwright.runtime.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A program of the host that runs beside a container: a hook, or a tool of systemd. It is a plan too.
 *
 * @param launcher starts it
 * @param name for messages
 * @param program adds the lines that become it
 */
record HostProgram(Launcher launcher, String name, Consumer<PlanBuilder> program) {
    private static final int LONGEST_OUTPUT = 4096;
    private static final long FOREVER_MILLIS = Long.MAX_VALUE / 2_000_000;

    /**
     * Runs it to its end.
     *
     * @param input what it reads
     * @param timeout seconds after which it is killed; empty for never
     * @return what it said
     * @throws OperationException when it cannot be run, ends with another code than 0, or takes too long; with what it said
     */
    String run(String input, OptionalLong timeout) {
        try (Descriptor read = Descriptor.memory("input");
                Descriptor output = Descriptor.memory("output")) {
            read.write(input.getBytes(StandardCharsets.UTF_8));
            Launch launch = launcher.start(
                    Plan.of(lines -> {
                        lines.rewind(fd(0)).because("what Java has written is read from its beginning");
                        become(lines);
                    }),
                    "boxwright: " + name,
                    Map.of(0, read, 1, output, 2, output));
            try {
                await(launch, output, timeout);
                return text(output);
            } finally {
                launch.close();
            }
        }
    }

    /**
     * Starts it, and does not wait for its end.
     *
     * @param descriptors its 0, 1 and 2
     * @return running, with its program
     * @throws OperationException when it cannot be run
     */
    Launch start(Map<Integer, Descriptor> descriptors) {
        Launch launch = launcher.start(Plan.of(this::become), "boxwright: " + name, descriptors);
        try {
            awaitProgram(launch);
            return launch;
        } catch (OperationException e) {
            launch.close();
            launch.reap();
            throw e;
        }
    }

    private void become(PlanBuilder lines) {
        lines.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the program");
        program.accept(lines);
    }

    private void awaitProgram(Launch launch) {
        try {
            launch.awaitStart(report -> {});
        } catch (PlanException e) {
            throw new OperationException(name + " cannot be run: " + e.getMessage());
        }
    }

    private void await(Launch launch, Descriptor output, OptionalLong timeout) {
        boolean reaped = false;
        try (Descriptor process = Descriptor.ofProcess(launch.pid()).orElseThrow()) {
            awaitProgram(launch);
            boolean ended = process.awaitInput(millis(timeout));
            if (!ended) {
                process.signal(Constants.SIGKILL);
            }
            ExitStatus status = new ExitStatus(launch.reap());
            reaped = true;
            if (!ended) {
                throw new OperationException(name + " was killed: it took longer than its timeout of "
                        + timeout.orElseThrow()
                        + " s" + said(output));
            }
            if (status.waitStatus() != 0) {
                throw new OperationException(name + " failed: "
                        + (status.signal() == 0
                                ? "exit status " + status.code()
                                : "killed by signal " + status.signal())
                        + said(output));
            }
        } finally {
            if (!reaped) {
                launch.reap();
            }
        }
    }

    private static long millis(OptionalLong timeout) {
        return Math.min(timeout.orElse(FOREVER_MILLIS), FOREVER_MILLIS / 1000) * 1000;
    }

    /** What was written to a file in memory, after a colon; nothing for nothing. */
    static String said(Descriptor output) {
        String text = text(output).strip();
        return text.isEmpty() ? "" : ": " + text;
    }

    private static String text(Descriptor output) {
        try (var stream = Files.newInputStream(Path.of("/proc/self/fd/" + output.number()))) {
            return new String(stream.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}

package boxwright.runtime.oci;

import static boxwright.kernel.Argument.fd;

import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import boxwright.kernel.Launch;
import boxwright.kernel.Launcher;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.runtime.ExitStatus;
import boxwright.runtime.spec.Configuration.Hook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs the hooks that run in the runtime's namespaces: each is a program of the host, with the container's state on its
 * standard input.
 *
 * @param launcher starts them
 */
record HookRun(Launcher launcher) {
    private static final int LONGEST_OUTPUT = 4096;
    private static final long FOREVER_MILLIS = Long.MAX_VALUE / 2_000_000;

    /**
     * Runs hooks one after the other.
     *
     * @param kind their name in the configuration, for messages
     * @param state the JSON that they read
     * @throws OperationException when one fails, ends with another code than 0, or takes too long; the rest are not run
     */
    void run(String kind, List<Hook> hooks, String state) {
        for (int i = 0; i < hooks.size(); i++) {
            run(kind + " hook #" + i + " (" + hooks.get(i).path() + ")", hooks.get(i), state);
        }
    }

    /** Runs them all, whatever they do, and warns of those that fail. */
    void runAll(String kind, List<Hook> hooks, String state, Consumer<String> warnings) {
        for (int i = 0; i < hooks.size(); i++) {
            try {
                run(kind + " hook #" + i + " (" + hooks.get(i).path() + ")", hooks.get(i), state);
            } catch (OperationException e) {
                warnings.accept(String.valueOf(e.getMessage()));
            }
        }
    }

    private void run(String name, Hook hook, String state) {
        try (Descriptor input = Descriptor.memory("state");
                Descriptor output = Descriptor.memory("output")) {
            input.write(state.getBytes(StandardCharsets.UTF_8));
            Plan plan = Plan.of(lines -> {
                lines.rewind(fd(0)).because("what Java has written is read from its beginning");
                lines.closeOnExecFrom(Launcher.REPORT).because("no descriptor of ours reaches the hook");
                lines.execve(hook.path(), argv(hook), hook.env()).because("the hook");
            });
            Launch launch = launcher.start(plan, "boxwright: " + name, Map.of(0, input, 1, output, 2, output));
            try {
                await(name, hook, launch, output);
            } finally {
                launch.close();
            }
        }
    }

    private static void await(String name, Hook hook, Launch launch, Descriptor output) {
        boolean reaped = false;
        try (Descriptor process = Descriptor.ofProcess(launch.pid()).orElseThrow()) {
            try {
                launch.awaitStart(report -> {});
            } catch (PlanException e) {
                throw new OperationException(name + " cannot be run: " + e.getMessage());
            }
            boolean ended = process.awaitInput(hook.timeout() == 0 ? FOREVER_MILLIS : hook.timeout() * 1000);
            if (!ended) {
                process.signal(Constants.SIGKILL);
            }
            ExitStatus status = new ExitStatus(launch.reap());
            reaped = true;
            if (!ended) {
                throw new OperationException(name + " was killed: it took longer than its timeout of " + hook.timeout()
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

    static List<String> argv(Hook hook) {
        return hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
    }

    private static String said(Descriptor output) {
        try (var stream = Files.newInputStream(Path.of("/proc/self/fd/" + output.number()))) {
            String text = new String(stream.readNBytes(LONGEST_OUTPUT), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : ": " + text;
        } catch (IOException e) {
            return "";
        }
    }
}

package boxwright.cli;

import boxwright.engine.ContainerState;
import boxwright.engine.EngineException;
import boxwright.engine.Home;
import boxwright.engine.LiveContainers;
import boxwright.engine.StopRequest;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.util.Optional;

/** {@code boxwright stop}: asks containers to end, and ends them when they do not. */
final class StopCommand implements Command {
    static final String SUMMARY = "Stop one or more running containers";

    private final Syntax syntax = new Syntax("stop", "CONTAINER [CONTAINER...]", 1, Integer.MAX_VALUE, SUMMARY);
    private final Flag<Optional<Integer>> signal =
            syntax.value("-s, --signal", "string", "Signal to send to the container", SignalWord::parse);
    private final Flag<Optional<Integer>> timeout = syntax.value(
            "-t, --timeout",
            "int",
            "Seconds to wait before killing the container (-1: for ever)",
            StopCommand::seconds);

    /** A number of seconds; -1 is no limit. */
    static int seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= -1) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // the reason is the same
        }
        throw new IllegalArgumentException("it is no number of seconds");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        LiveContainers containers = new LiveContainers(Home.ofThisUser());
        return EachContainer.of(words.operands(), console, word -> {
            ContainerState state = containers.find(word);
            StopRequest usual = state.stop();
            stop(
                    state,
                    new StopRequest(
                            words.get(signal).orElse(usual.signal()),
                            words.get(timeout).orElse(usual.seconds())));
        });
    }

    private static void stop(ContainerState state, StopRequest how) {
        try (Descriptor process = LiveContainers.process(state)) {
            process.signal(how.signal());
            if (!process.awaitEnd(how.seconds() * 1000L)) {
                process.signal(Constants.SIGKILL);
                if (!process.awaitEnd(KillCommand.PATIENCE)) {
                    throw new EngineException("container " + state.name().orElse(state.shortId())
                            + " does not end, although it was killed: the kernel waits for a disk, or for a debugger.");
                }
            }
        }
    }
}

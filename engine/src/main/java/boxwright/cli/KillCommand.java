package boxwright.cli;

import boxwright.engine.ContainerState;
import boxwright.engine.Home;
import boxwright.engine.LiveContainers;
import boxwright.kernel.Constants;
import boxwright.kernel.Descriptor;
import java.util.Optional;

/** {@code boxwright kill}: sends a signal to the first process of containers. */
final class KillCommand implements Command {
    static final String SUMMARY = "Kill one or more running containers";

    /** How long, in milliseconds, the kernel may take to end what was killed. */
    static final long PATIENCE = 10_000;

    private final Syntax syntax = new Syntax("kill", "CONTAINER [CONTAINER...]", 1, Integer.MAX_VALUE, SUMMARY);
    private final Flag<Optional<Integer>> signal =
            syntax.value("-s, --signal", "string", "Signal to send to the container (default KILL)", SignalWord::parse);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run(Words words, Console console) {
        LiveContainers containers = new LiveContainers(Home.ofThisUser());
        int number = words.get(signal).orElse(Constants.SIGKILL);
        return EachContainer.of(words.operands(), console, word -> {
            ContainerState state = containers.find(word);
            try (Descriptor process = LiveContainers.process(state)) {
                process.signal(number);
                if (number == Constants.SIGKILL) {
                    process.awaitEnd(PATIENCE);
                }
            }
        });
    }
}

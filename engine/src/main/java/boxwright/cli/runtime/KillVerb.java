package boxwright.cli.runtime;

import boxwright.kernel.Constants;
import boxwright.runtime.oci.Kill;
import java.util.List;

/** {@code kill}. */
final class KillVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id> [signal]";
    }

    @Override
    public String summary() {
        return "Send a signal (default: SIGTERM) to the container's first process";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.flag("all, a", "send the specified signal to all processes inside the container"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 2;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        List<String> operands = words.operands();
        int signal = operands.size() == 1 ? Constants.SIGTERM : SignalName.number(operands.get(1));
        new Kill(settings.root()).kill(operands.getFirst(), signal, words.has("all"));
        return 0;
    }
}

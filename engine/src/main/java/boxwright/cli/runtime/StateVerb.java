package boxwright.cli.runtime;

import boxwright.runtime.oci.ContainerState;
import boxwright.runtime.oci.Containers;

/** {@code state}. */
final class StateVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Print the state of a container";
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return 1;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        ContainerState state =
                new Containers(settings.root()).state(words.operands().getFirst());
        settings.out().println(state.json(Owners.name(state.record().owner())));
        return 0;
    }
}

package boxwright.cli.runtime;

import java.util.ArrayList;
import java.util.List;

/** {@code run}: create and start, and in the foreground also wait and delete. */
final class RunVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id>";
    }

    @Override
    public String summary() {
        return "Create and start a container";
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(CreateOptions.OPTIONS);
        options.add(Option.flag("detach, d", "detach from the container's process"));
        options.add(Option.flag("keep", "do not delete the container after it exits"));
        options.add(Option.flag("no-subreaper", "taken for runc's sake: this runtime is no subreaper"));
        return options;
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
        return new Foreground(settings).run(words, words.has("detach"), words.has("keep"));
    }
}

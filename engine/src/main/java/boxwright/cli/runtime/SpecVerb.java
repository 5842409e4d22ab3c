package boxwright.cli.runtime;

import boxwright.runtime.oci.StarterBundle;
import java.util.List;

/** {@code spec}. */
final class SpecVerb implements Verb {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "Write a config.json to begin with";
    }

    @Override
    public List<Option> options() {
        return List.of(
                CreateOptions.BUNDLE, Option.flag("rootless", "generate a configuration for a rootless container"));
    }

    @Override
    public int fewest() {
        return 0;
    }

    @Override
    public int most() {
        return 0;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        StarterBundle.write(CreateOptions.bundle(words), words.has("rootless"));
        return 0;
    }
}

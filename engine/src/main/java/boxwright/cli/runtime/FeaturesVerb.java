package boxwright.cli.runtime;

import boxwright.runtime.oci.Features;

/** {@code features}. */
final class FeaturesVerb implements Verb {
    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "Print what this runtime can do";
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
        settings.out().println(Features.json());
        return 0;
    }
}

package boxwright.cli.runtime;

import boxwright.runtime.oci.Freezing;
import boxwright.runtime.oci.ProcessTable;
import java.util.List;

/** {@code ps}. */
final class PsVerb implements Verb {
    @Override
    public String operands() {
        return "<container-id> [ps options]";
    }

    @Override
    public String summary() {
        return "Display the processes running inside a container";
    }

    @Override
    public List<Option> options() {
        return List.of(Option.value("format, f", "format", "select one of: table or json (default: \"table\")"));
    }

    @Override
    public int fewest() {
        return 1;
    }

    @Override
    public int most() {
        return Integer.MAX_VALUE;
    }

    @Override
    public boolean flagsToTheEnd() {
        return false;
    }

    @Override
    public int run(Words words, Settings settings) throws Exception {
        List<Integer> pids =
                new Freezing(settings.root()).processes(words.operands().getFirst());
        String format = words.value("format").orElse("table");
        switch (format) {
            case "json" -> {
                StringBuilder json = new StringBuilder("[");
                pids.forEach(pid -> json.append(json.length() > 1 ? "," : "").append(pid));
                settings.out().println(json.append(']'));
            }
            case "table" -> {
                List<String> operands = words.operands();
                List<String> options = operands.size() > 1 ? operands.subList(1, operands.size()) : List.of("-ef");
                settings.out().print(new ProcessTable(settings.launcher()).of(pids, options));
            }
            default -> throw new UsageException("invalid format option: " + format);
        }
        return 0;
    }
}

package boxwright.cli.runtime;

import boxwright.runtime.oci.ContainerState;
import boxwright.runtime.oci.Containers;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** {@code list}. */
final class ListVerb implements Verb {
    private static final List<String> HEADINGS = List.of("ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");

    @Override
    public String operands() {
        return "";
    }

    @Override
    public String summary() {
        return "List the containers below --root";
    }

    @Override
    public List<Option> options() {
        return List.of(
                Option.value("format, f", "format", "select one of: table or json (default: \"table\")"),
                Option.flag("quiet, q", "display only container IDs"));
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
        List<ContainerState> all = new Containers(settings.root()).all();
        String format = words.value("format").orElse("table");
        if (words.has("quiet")) {
            all.forEach(state -> settings.out().println(state.record().id()));
        } else if (format.equals("json")) {
            settings.out().println(json(all));
        } else if (format.equals("table")) {
            settings.out().print(table(all));
        } else {
            throw new UsageException("invalid format option: " + format);
        }
        return 0;
    }

    private static String json(List<ContainerState> all) throws IOException {
        if (all.isEmpty()) {
            return "null"; // As Go writes an empty list, and callers know it from runc.
        }
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginArray();
            for (ContainerState state : all) {
                state.write(json, Owners.name(state.record().owner()));
            }
            json.endArray();
        }
        return text.toString();
    }

    private static String table(List<ContainerState> all) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (ContainerState state : all) {
            rows.add(List.of(
                    state.record().id(),
                    Integer.toString(state.pid()),
                    state.status().word(),
                    state.record().bundle(),
                    state.record().created(),
                    Owners.name(state.record().owner())));
        }
        return Table.of(rows);
    }
}

package boxwright.explain;

import boxwright.kernel.Architecture;
import boxwright.kernel.Argument;
import boxwright.kernel.Call;
import boxwright.kernel.Errno;
import boxwright.kernel.Plan;
import boxwright.kernel.Report;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;

/**
 * A plan as JSON, for programs. Members may be added; those that are here keep their names and meaning for as long as
 * {@code schema} does.
 *
 * <pre>{@code
 * {"schema": "boxwright.plan/1",
 *  "architecture": "x86-64",                      // the one whose numbers "number" has
 *  "calls": [{
 *    "name": "mkdirat", "number": 258,
 *    "code": "mkdirat(AT_FDCWD, \"/proc\", 0755)",  // as C would write it
 *    "arguments": [                                // see below
 *      {"kind": "number", "code": "AT_FDCWD", "value": -100},
 *      {"kind": "string", "code": "\"/proc\"", "value": "/proc"},
 *      {"kind": "number", "code": "0755", "value": 493}],
 *    "because": "an image may lack the place to mount on",
 *    "chapter": "03-root-filesystem",              // "" for the launcher's own
 *    "tolerated": ["EEXIST"],                      // errors that are no failure
 *    "positive": false,                            // whether a result of 0 is a failure
 *    "into": "pid",                                // the slot that takes the result; absent where there is none
 *    "label": "next",                              // a name for this call, where another goes back to it; else absent
 *    "goto": "next",                               // after a success, the call with that label comes next; else absent
 *    "gotoAtZero": "next",                         // the same after a result of 0 only; else absent
 *    "child": [], "otherwise": [],                 // calls; of a clone's child, and after a tolerated error
 *    "outcome": "tolerated",                       // this and the rest only after a run
 *    "result": -17, "errno": "EEXIST",             // errno only where it failed
 *    "started": 120345, "nanos": 2345}],           // since the first call, and how long; only where it was timed
 *  "ran": {"reports": 61, "nanos": 1912345}}       // only after a run; the time in calls that do not wait
 * }</pre>
 *
 * <p>{@code outcome}: {@code returned}, {@code tolerated}, {@code failed}; without a report {@code passed} (a later call
 * proves it), {@code gone} (the program runs), {@code not-needed}, {@code not-reached}, {@code no-report}. Arguments:
 * {@code kind} is {@code number}, {@code string}, {@code strings}, {@code struct} (with {@code fields}, each with a
 * {@code name} and a {@code size} in bytes), {@code slot} (an earlier call's result) or {@code address} (of a slot).
 */
public final class PlanJson {
    private PlanJson() {}

    /** The plan before it runs. */
    public static String of(Plan plan) {
        StringWriter out = new StringWriter();
        write(plan, out);
        return out.toString();
    }

    /** The plan that ran, with what became of it. */
    public static String of(Plan plan, List<Report> reports) {
        StringWriter out = new StringWriter();
        write(plan, reports, out);
        return out.toString();
    }

    /** Writes the plan before it runs, and a line feed. Does not close {@code out}. */
    public static void write(Plan plan, Writer out) {
        write(plan, Optional.empty(), out);
    }

    /** Writes the plan that ran, with what became of it, and a line feed. Does not close {@code out}. */
    public static void write(Plan plan, List<Report> reports, Writer out) {
        write(plan, Optional.of(new Outcomes(plan, reports)), out);
    }

    private static void write(Plan plan, Optional<Outcomes> run, Writer out) {
        try {
            // Written member by member: gson's reflection would cost a cold JVM more than the whole plan.
            JsonWriter json = new JsonWriter(out);
            json.setIndent("  ");
            json.beginObject();
            json.name("schema").value("boxwright.plan/1");
            json.name("architecture").value(Architecture.current().toString());
            calls(json, "calls", plan.calls(), run);
            if (run.isPresent()) {
                json.name("ran").beginObject();
                json.name("reports").value(run.get().count());
                json.name("nanos").value(run.get().worked()).endObject();
            }
            json.endObject().flush();
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the plan as JSON: " + e.getMessage(), e);
        }
    }

    private static void calls(JsonWriter json, String name, List<Call> calls, Optional<Outcomes> run)
            throws IOException {
        json.name(name).beginArray();
        for (Call call : calls) {
            call(json, call, run);
        }
        json.endArray();
    }

    private static void call(JsonWriter json, Call call, Optional<Outcomes> run) throws IOException {
        json.beginObject();
        json.name("name").value(call.systemCall().symbol());
        json.name("number").value(call.systemCall().number(Architecture.current()));
        json.name("code").value(call.code());
        json.name("arguments").beginArray();
        for (Argument argument : call.arguments()) {
            json.beginObject();
            argument(json, argument);
            json.endObject();
        }
        json.endArray();
        json.name("because").value(call.because());
        json.name("chapter").value(call.chapter());
        json.name("tolerated").beginArray();
        for (int errno : call.tolerated()) {
            json.value(Errno.name(errno));
        }
        json.endArray();
        json.name("positive").value(call.positive());
        if (call.result().isPresent()) {
            json.name("into").value(call.result().get().name());
        }
        if (!call.label().isEmpty()) {
            json.name("label").value(call.label());
        }
        if (call.jump().isPresent()) {
            Call.Jump jump = call.jump().get();
            json.name(jump.onlyZero() ? "gotoAtZero" : "goto").value(jump.label());
        }
        calls(json, "child", call.child(), run);
        calls(json, "otherwise", call.otherwise(), run);
        if (run.isPresent()) {
            outcome(json, run.get().of(call), run.get().start());
        }
        json.endObject();
    }

    private static void argument(JsonWriter json, Argument argument) throws IOException {
        String kind = switch (argument) {
            case Argument.Literal number -> "number";
            case Argument.Text text -> "string";
            case Argument.Texts texts -> "strings";
            case Argument.Struct struct -> "struct";
            case Argument.Array array -> "structs";
            case Argument.Word word -> "word";
            case Argument.Words words -> "words";
            case Argument.Value value -> "slot";
            case Argument.Place place -> "slot";
            case Argument.Address address -> "address";
        };
        json.name("kind").value(kind).name("code").value(argument.toString());
        switch (argument) {
            case Argument.Literal number -> json.name("value").value(number.value());
            case Argument.Text text -> json.name("value").value(text.value());
            case Argument.Texts texts -> {
                json.name("value").beginArray();
                for (String value : texts.values()) {
                    json.value(value);
                }
                json.endArray();
            }
            case Argument.Struct struct -> fields(json, struct);
            case Argument.Array array -> {
                json.name("elements").beginArray();
                for (Argument.Struct element : array.elements()) {
                    json.beginObject();
                    fields(json, element);
                    json.endObject();
                }
                json.endArray();
            }
            case Argument.Word word -> json.name("value").value(word.literal().value());
            case Argument.Words words -> {
                json.name("value").beginArray();
                for (long word : words.values()) {
                    json.value(word);
                }
                json.endArray();
            }
            case Argument.Value value -> json.name("value").value(value.slot().name());
            case Argument.Place place -> json.name("value").value(place.slot().name());
            case Argument.Address address ->
                json.name("value").value(address.slot().name());
        }
    }

    private static void fields(JsonWriter json, Argument.Struct struct) throws IOException {
        json.name("fields").beginArray();
        for (Argument.Field field : struct.fields()) {
            json.beginObject();
            json.name("name").value(field.name()).name("size").value(field.size());
            argument(json, field.value());
            json.endObject();
        }
        json.endArray();
    }

    private static void outcome(JsonWriter json, Outcome outcome, long start) throws IOException {
        json.name("outcome").value(outcome.state().label());
        if (outcome.report().isPresent()) {
            Report report = outcome.report().get();
            json.name("result").value(report.result());
            if (report.errno() != 0) {
                json.name("errno").value(Errno.name(report.errno()));
            }
            if (outcome.nanos().isPresent()) {
                json.name("started").value(report.startedNanos() - start);
                json.name("nanos").value(report.nanos());
            }
        }
    }
}

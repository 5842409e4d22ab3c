package boxwright.explain;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Approved;
import boxwright.kernel.Architecture;
import boxwright.kernel.Call;
import boxwright.kernel.Plan;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
    private final Plan plan = Sample.plan("box").timed();

    @Test
    void showsAPlanBeforeItRuns() {
        Assumptions.assumeTrue(
                Architecture.current() == Architecture.X86_64, "the approved file has the numbers of x86-64");
        Approved.verify("explain/plan-before.json", PlanJson.of(plan));
    }

    @Test
    void hasAllCallsWithTheirCodeAndReason() {
        List<JsonObject> calls = flat(parse(PlanJson.of(plan)).getAsJsonArray("calls"));
        assertThat(calls)
                .extracting(call -> call.get("code").getAsString())
                .containsExactlyElementsOf(plan.flat().stream().map(Call::code).toList());
        assertThat(calls)
                .extracting(call -> call.get("because").getAsString())
                .containsExactlyElementsOf(
                        plan.flat().stream().map(Call::because).toList());
        assertThat(calls).allMatch(call -> !call.has("outcome"));
    }

    @Test
    void hasTheOutcomesAfterARunAndElseTheSame() {
        JsonObject before = parse(PlanJson.of(plan));
        JsonObject after = parse(PlanJson.of(plan, Sample.success(plan)));
        List<JsonObject> calls = flat(after.getAsJsonArray("calls"));
        assertThat(calls)
                .extracting(call -> call.get("name").getAsString() + " "
                        + call.get("outcome").getAsString())
                .containsExactly(
                        "mkdirat returned",
                        "clone3 returned",
                        "read returned",
                        "sethostname returned",
                        "mkdirat tolerated",
                        "mount returned",
                        "openat tolerated",
                        "chdir returned",
                        "execve gone",
                        "wait4 returned",
                        "exit_group gone");
        assertThat(calls.get(1).get("result").getAsLong()).isEqualTo(4711);
        assertThat(calls.get(4).get("errno").getAsString()).isEqualTo("EEXIST");
        assertThat(calls.get(4).get("nanos").getAsLong()).isEqualTo(7500);
        assertThat(calls.getFirst().get("started").getAsLong()).isZero();
        assertThat(after.getAsJsonObject("ran").get("reports").getAsInt()).isEqualTo(9);
        for (JsonObject call : calls) {
            List.of("outcome", "result", "errno", "started", "nanos").forEach(call::remove);
        }
        after.remove("ran");
        assertThat(after).isEqualTo(before);
    }

    @Test
    void saysOfEachCallAfterAFailureThatItWasNotReached() {
        List<JsonObject> calls =
                flat(parse(PlanJson.of(plan, Sample.failure(plan))).getAsJsonArray("calls"));
        assertThat(calls)
                .extracting(call -> call.get("outcome").getAsString())
                .containsExactly(
                        "returned",
                        "returned",
                        "returned",
                        "returned",
                        "tolerated",
                        "failed",
                        "not-reached",
                        "not-reached",
                        "not-reached",
                        "no-report",
                        "no-report");
        assertThat(calls.get(5).get("errno").getAsString()).isEqualTo("EPERM");
    }

    private static JsonObject parse(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    private static List<JsonObject> flat(JsonArray calls) {
        List<JsonObject> all = new ArrayList<>();
        for (JsonElement call : calls) {
            all.add(call.getAsJsonObject());
            all.addAll(flat(call.getAsJsonObject().getAsJsonArray("child")));
            all.addAll(flat(call.getAsJsonObject().getAsJsonArray("otherwise")));
        }
        return all;
    }
}

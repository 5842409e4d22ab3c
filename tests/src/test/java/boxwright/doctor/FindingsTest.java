package boxwright.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.cli.FindingsText;
import boxwright.engine.doctor.Check;
import boxwright.engine.doctor.Findings;
import boxwright.engine.doctor.FindingsJson;
import boxwright.engine.doctor.Status;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The two ways in which findings are written. */
class FindingsTest {
    private static final Findings FINDINGS = new Findings(List.of(
            new Findings.Group("namespaces", List.of(Check.ok("pid", "clone3 makes one"))),
            new Findings.Group(
                    "cgroups",
                    List.of(Check.limited(
                            "controllers",
                            "cpu pids; no memory",
                            "limits on memory are cgroups",
                            "07-cgroups",
                            "boot with cgroup_enable=memory")))));

    private static final Findings BROKEN = new Findings(List.of(new Findings.Group(
            "user",
            List.of(new Check("capabilities", Status.MISSING, "none", "all", "01-pid-namespace", "sudo", true)))));

    @Test
    void theTextIsAlignedAndSaysBelowACheckWhatHelps() {
        assertThat(new FindingsText(60, false).write(FINDINGS)).isEqualTo("""
                namespaces
                  ok       pid          clone3 makes one

                cgroups
                  limited  controllers  cpu pids; no memory
                                        why  limits on memory are cgroups
                                             (step 07-cgroups)
                                        fix  boot with cgroup_enable=memory

                2 checks: 1 ok, 1 limited, 0 missing, 0 unknown
                boxwright run works here.
                """);
    }

    @Test
    void theTextNamesWhatRunFailsOn() {
        assertThat(new FindingsText(80, false).write(BROKEN))
                .endsWith("boxwright run does not work here, because of: capabilities.\n");
    }

    @Test
    void colourIsForTerminalsOnly() {
        assertThat(new FindingsText(80, true).write(FINDINGS)).contains("\u001b[33mlimited\u001b[0m");
        assertThat(new FindingsText(80, false).write(FINDINGS)).doesNotContain("\u001b");
    }

    @Test
    void theJsonHasEveryFieldOfEveryCheck() {
        JsonObject json = JsonParser.parseString(FindingsJson.write(FINDINGS)).getAsJsonObject();
        assertThat(json.get("run").getAsBoolean()).isTrue();
        assertThat(json.getAsJsonObject("counts").get("limited").getAsInt()).isEqualTo(1);
        JsonObject check = json.getAsJsonArray("groups")
                .get(1)
                .getAsJsonObject()
                .getAsJsonArray("checks")
                .get(0)
                .getAsJsonObject();
        assertThat(check.get("name").getAsString()).isEqualTo("controllers");
        assertThat(check.get("status").getAsString()).isEqualTo("limited");
        assertThat(check.get("why").getAsString()).isEqualTo("limits on memory are cgroups");
        assertThat(check.get("step").getAsString()).isEqualTo("07-cgroups");
        assertThat(check.get("fix").getAsString()).isEqualTo("boot with cgroup_enable=memory");
        assertThat(check.get("stopsRun").getAsBoolean()).isFalse();
        assertThat(JsonParser.parseString(FindingsJson.write(BROKEN))
                        .getAsJsonObject()
                        .get("run")
                        .getAsBoolean())
                .isFalse();
    }
}

package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.users.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps as the book's readers type them: JBang compiles the script with the engine's sources, and runs it. */
@Tag("slow")
class JbangStepTest {
    private static final Path STEPS = StepCommand.CHECKOUT.resolve("steps");

    @ParameterizedTest
    @CsvSource({
        "step01, 1",
        "step02, 1 box",
        "step03, 1 box host",
        "step04, 1 box host",
        "step05, 1 box host",
        "step06, 1 box host",
        "step10, 1 box host"
    })
    void jbang_runs_the_step(String step, String expected) throws Exception {
        StepCommand.assumeRoot();
        String script = switch (step) {
            case "step01" -> "echo $$";
            case "step02" -> "echo $$ $(cat /proc/sys/kernel/hostname)";
            default -> "echo $$ $(cat /proc/sys/kernel/hostname) $(test -e \"$1\" || echo host)";
        };
        // From step 5 on there is a cable to its host, which shall not be this machine. JBang has all it needs by then.
        List<String> host = step.compareTo("step05") >= 0 ? List.of("unshare", "--net") : List.of();
        List<String> command = StepCommand.with(
                host,
                StepCommand.CHECKOUT.resolve("jbang").toString(),
                step,
                "sh",
                "-c",
                script,
                "sh",
                STEPS.toString());

        assertThat(StepCommand.run(command).output()).isEqualTo(expected + "\n");
    }

    @Test
    void jbang_runs_step_6_for_an_ordinary_user() throws Exception {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            assumeTrue(
                    user.checkout().equals(StepCommand.CHECKOUT),
                    "needs a checkout that everybody may read: JBang compiles the sources in it");
            String jbang = user.checkout().resolve("jbang").toString();
            // JBang and the libraries come from Maven Central: an ordinary user has none of root's.
            StepCommand.Result result =
                    StepCommand.run(user.command(jbang, "step06", "sh", "-c", "id -u; echo $$"), 300);

            assumeTrue(!result.err().contains("cannot fetch"), "needs Maven Central");
            assertThat(result.output()).isEqualTo("0\n1\n");
        }
    }

    @Test
    void the_scripts_use_the_libraries_of_the_build() throws Exception {
        String pom = Files.readString(StepCommand.CHECKOUT.resolve("pom.xml"));
        List<String> dependencies = Pattern.compile("^//DEPS (.*)$", Pattern.MULTILINE)
                .matcher(Files.readString(STEPS.resolve("Step.java")))
                .results()
                .map(found -> found.group(1))
                .toList();

        assertThat(dependencies).isNotEmpty().allSatisfy(dependency -> {
            String[] parts = dependency.split(":");
            assertThat(pom).contains("<" + parts[1] + ".version>" + parts[2] + "</" + parts[1] + ".version>");
        });
    }
}

package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.LandlockAbi;
import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program in the steps 8, 9 and 10 is held back from, and what it still can do. */
class Step08InsideTest {
    private static final String STATUS = "grep -E '%s' /proc/self/status | tr '\\t' ' '";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @Test
    void step_8_its_root_has_dockers_fourteen() throws Exception {
        assertThat(inside("Step08", STATUS.formatted("Cap")).output()).isEqualTo("""
            CapInh: 0000000000000000
            CapPrm: 00000000a80425fb
            CapEff: 00000000a80425fb
            CapBnd: 00000000a80425fb
            CapAmb: 0000000000000000
            """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs none /mnt",
                "hostname guilty",
                "ip link set lo down",
                "mount -o remount,rw,bind /proc/sys",
                "umount /proc/interrupts"
            })
    void step_8_what_its_root_did_before_it_may_not(String command) throws Exception {
        assertThat(inside("Step05", command).exitCode())
                .as("step 5: %s", command)
                .isZero();
        Result result = inside("Step08", command);

        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err().toLowerCase(java.util.Locale.ROOT)).containsAnyOf("not permitted", "permission denied");
    }

    @Test
    void step_8_root_is_still_root_of_its_files() throws Exception {
        assertThat(inside("Step08", "touch /f && chown 12:34 /f && chmod 4755 /f && stat -c %u:%g:%a /f")
                        .output())
                .isEqualTo("12:34:4755\n");
    }

    @Test
    void step_9_nothing_gains_by_execve_any_more() throws Exception {
        needsLandlock();
        assertThat(inside("Step08", STATUS.formatted("NoNewPrivs")).output()).isEqualTo("NoNewPrivs: 0\n");
        assertThat(inside("Step09", STATUS.formatted("NoNewPrivs")).output()).isEqualTo("NoNewPrivs: 1\n");
    }

    @Test
    void step_9_it_may_write_in_a_few_places_and_read_everywhere() throws Exception {
        needsLandlock();
        String script = "echo a >/tmp/f && cat /tmp/f /etc/group >/dev/null && echo 0 >/proc/self/oom_score_adj"
                + " && mkdir /tmp/d && mv /tmp/f /tmp/d && rm -r /tmp/d && echo fine";
        assertThat(inside("Step09", script).output()).isEqualTo("fine\n");
        for (String place : List.of("/", "/etc", "/root", "/bin", "/var/tmp")) {
            assertThat(inside("Step09", "touch " + place + "/f").err())
                    .as(place)
                    .contains("Permission denied");
        }
    }

    @Test
    void step_9_a_shell_has_a_terminal_and_its_pipes() throws Exception {
        needsLandlock();
        assertThat(inside("Step09", "echo one | cat; (echo two) 2>&1").output()).isEqualTo("one\ntwo\n");
    }

    @Test
    void step_10_a_filter_is_there() throws Exception {
        needsLandlock();
        assertThat(inside("Step09", STATUS.formatted("Seccomp:")).output()).isEqualTo("Seccomp: 0\n");
        assertThat(inside("Step10", STATUS.formatted("Seccomp:")).output()).isEqualTo("Seccomp: 2\n");
    }

    @Test
    void step_10_what_a_shell_needs_it_has() throws Exception {
        needsLandlock();
        assertThat(inside(
                                "Step10",
                                "ls / | wc -l >/dev/null; ps >/dev/null; sleep 0.01; id -u; kill -0 $$ && echo fine")
                        .output())
                .isEqualTo("0\nfine\n");
    }

    private static void needsLandlock() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock: step 9 makes its policy by it");
    }

    private static Result inside(String step, String script) throws IOException, InterruptedException {
        return StepCommand.run(step, "sh", "-c", script);
    }
}

package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.LandlockAbi;
import boxwright.steps.StepCommand.Result;
import boxwright.users.OrdinaryUser;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The attacks of the steps 8, 9 and 10 where an ordinary user runs the step: what works and what fails is the same. */
class OrdinaryUserAttackTest {
    private static final String UNMASK = "08-capabilities/attack.sh";
    private static final String STAY = "09-security-modules/attack.sh";
    private static final String REGAIN = "10-seccomp/attack.sh";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @Test
    void step_7_what_is_masked_can_be_unmasked() throws Exception {
        assertThat(attack(UNMASK, "Step07").output()).containsPattern("the mask is off, .* CPU0");
    }

    @Test
    void step_8_a_mask_stays_where_it_is() throws Exception {
        Result attack = attack(UNMASK, "Step08");

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: the mask is where it was\n");
    }

    @Test
    void step_8_root_may_write_a_second_root_into_its_files() throws Exception {
        assertThat(attack(STAY, "Step08").output()).isEqualTo("inside: mallory::0:0::/:/bin/sh in /etc/passwd\n");
    }

    @Test
    void step_9_root_may_not_write_where_the_policy_forbids_it() throws Exception {
        needsLandlock();
        Result attack = attack(STAY, "Step09");

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: nothing in /etc/passwd\n");
        assertThat(attack.err()).contains("/etc/passwd: Permission denied");
    }

    @Test
    void step_9_a_user_namespace_gives_every_capability_back() throws Exception {
        needsLandlock();
        assertThat(attack(REGAIN, "Step09").output()).containsPattern("inside: CapEff:\t[0-9a-f]*ff\n");
    }

    @Test
    void step_10_no_call_makes_a_user_namespace() throws Exception {
        needsLandlock();
        Result attack = attack(REGAIN, "Step10");

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: nothing gained\n");
        assertThat(attack.err()).contains("Operation not permitted");
    }

    private static Result attack(String script, String step) throws IOException, InterruptedException {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            return StepCommand.attack(script, user.step(step));
        }
    }

    private static void needsLandlock() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock: step 9 makes its policy by it");
    }
}

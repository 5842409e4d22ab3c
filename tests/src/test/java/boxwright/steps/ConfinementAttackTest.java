package boxwright.steps;

import static boxwright.steps.StepCommand.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.kernel.LandlockAbi;
import boxwright.steps.StepCommand.Result;
import boxwright.users.OrdinaryUser;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The attacks of the steps 8, 9 and 10: each works in the step before, for root and for others, and fails in its own. */
class ConfinementAttackTest {
    private static final String UNMASK = "08-capabilities/attack.sh";
    private static final String STAY = "09-security-modules/attack.sh";
    private static final String REGAIN = "10-seccomp/attack.sh";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @Test
    void before_step_8_what_is_masked_can_be_unmasked() throws Exception {
        assertThat(attack(UNMASK, "Step06").output()).containsPattern("the mask is off, .* CPU0");
        assertThat(byOrdinaryUser(UNMASK, "Step06").output()).containsPattern("the mask is off, .* CPU0");
    }

    @Test
    void step_8_a_mask_stays_where_it_is() throws Exception {
        for (Result attack : List.of(attack(UNMASK, "Step08"), byOrdinaryUser(UNMASK, "Step08"))) {
            assertThat(attack.exitCode()).isEqualTo(1);
            assertThat(attack.out()).isEqualTo("inside: the mask is where it was\n");
            assertThat(attack.err()).contains("umount: ");
        }
    }

    @Test
    void step_8_root_may_write_a_second_root_into_its_files() throws Exception {
        needsLandlock();
        String written = "inside: mallory::0:0::/:/bin/sh in /etc/passwd\n";

        assertThat(attack(STAY, "Step08").output()).isEqualTo(written);
        assertThat(byOrdinaryUser(STAY, "Step08").output()).isEqualTo(written);
    }

    @Test
    void step_9_root_may_not_write_where_the_policy_forbids_it() throws Exception {
        needsLandlock();
        for (Result attack : List.of(attack(STAY, "Step09"), byOrdinaryUser(STAY, "Step09"))) {
            assertThat(attack.exitCode()).isEqualTo(1);
            assertThat(attack.out()).isEqualTo("inside: nothing in /etc/passwd\n");
            assertThat(attack.err()).contains("/etc/passwd: Permission denied");
        }
    }

    @Test
    void step_9_a_user_namespace_gives_every_capability_back() throws Exception {
        needsLandlock();
        for (Result attack : List.of(attack(REGAIN, "Step09"), byOrdinaryUser(REGAIN, "Step09"))) {
            assumeTrue(
                    !attack.err().contains("unshare"),
                    "needs a machine that lets who has no CAP_SYS_ADMIN make user namespaces: " + attack.err());
            assertThat(attack.output()).containsPattern("inside: CapEff:\t[0-9a-f]*ff\n");
        }
    }

    @Test
    void step_10_no_call_makes_a_user_namespace() throws Exception {
        needsLandlock();
        for (Result attack : List.of(attack(REGAIN, "Step10"), byOrdinaryUser(REGAIN, "Step10"))) {
            assertThat(attack.exitCode()).isEqualTo(1);
            assertThat(attack.out()).isEqualTo("inside: nothing gained\n");
            assertThat(attack.err()).contains("Operation not permitted");
        }
    }

    /** By root there is a cable to the host, which shall not be this machine. */
    private static Result attack(String script, String step) throws IOException, InterruptedException {
        return StepCommand.attack(
                script,
                StepCommand.with(List.of("unshare", "--net"), runner(step).toArray(String[]::new)));
    }

    private static Result byOrdinaryUser(String script, String step) throws IOException, InterruptedException {
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            return StepCommand.attack(script, user.step(step));
        }
    }

    private static void needsLandlock() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock: step 9 makes its policy by it");
    }
}

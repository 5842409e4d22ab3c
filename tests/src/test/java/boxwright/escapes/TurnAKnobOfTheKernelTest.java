package boxwright.escapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.PlanBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of {@code /proc} and {@code /sys} that belong to the whole machine: {@code core_pattern} and {@code modprobe} name
 * programs that the kernel runs as root of the host, {@code sysrq-trigger} turns it off. The attack opens them for writing
 * and writes nothing.
 */
class TurnAKnobOfTheKernelTest {
    private static final String CORE_PATTERN = "/proc/sys/kernel/core_pattern";

    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
    }

    private static Consumer<PlanBuilder> open(String file) {
        return plan -> plan.open(file, Constants.O_WRONLY, 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CORE_PATTERN,
                "/proc/sys/kernel/modprobe",
                "/proc/sys/kernel/hostname",
                "/proc/sys/vm/overcommit_memory",
                "/proc/sys/fs/binfmt_misc/register",
                "/proc/sysrq-trigger",
                "/proc/irq/default_smp_affinity",
                "/sys/kernel/uevent_helper",
                "/sys/kernel/mm/transparent_hugepage/enabled"
            })
    void root_outside_may_and_root_inside_may_not(String file) {
        assumeTrue(Files.exists(Path.of(file)), "this kernel has no " + file);

        assertThat(attacker.outside(List.of(), open(file)).end()).as("outside").isEqualTo(Attempt.WORKED);
        assertThat(attacker.inContainer(open(file)).end()).isIn("openat: EROFS", "openat: EACCES", "openat: ENOENT");
    }

    @Test
    void taking_the_cover_off_needs_a_capability_and_a_call_that_a_container_does_not_have() {
        Consumer<PlanBuilder> uncover = plan -> {
            plan.umount2("/proc/sys", Constants.MNT_DETACH);
            open(CORE_PATTERN).accept(plan);
        };
        List<String> nothing = List.of(
                "--cap-add",
                "SYS_ADMIN",
                "--security-opt",
                "seccomp=unconfined",
                "--security-opt",
                "apparmor=unconfined");

        assertThat(attacker.inContainer(nothing, uncover).end()).as("with both").isEqualTo(Attempt.WORKED);
        assertThat(attacker.inContainer(uncover).end()).isEqualTo("umount2: EPERM");
    }

    @Test
    void so_does_making_it_writable() {
        Consumer<PlanBuilder> remount = plan -> {
            plan.mount("none", "/proc/sys", "", Constants.MS_REMOUNT | Constants.MS_BIND);
            open(CORE_PATTERN).accept(plan);
        };
        List<String> nothing = List.of(
                "--cap-add",
                "SYS_ADMIN",
                "--security-opt",
                "seccomp=unconfined",
                "--security-opt",
                "apparmor=unconfined");

        assertThat(attacker.inContainer(nothing, remount).end()).as("with both").isEqualTo(Attempt.WORKED);
        assertThat(attacker.inContainer(remount).end()).isEqualTo("mount: EPERM");
    }

    @Test
    void and_a_fresh_proc_beside_it() {
        Consumer<PlanBuilder> another = plan -> {
            plan.mount("proc", "/tmp", "proc", 0);
            open("/tmp/sys/kernel/core_pattern").accept(plan);
        };
        List<String> nothing = List.of(
                "--cap-add",
                "SYS_ADMIN",
                "--security-opt",
                "seccomp=unconfined",
                "--security-opt",
                "apparmor=unconfined");

        assertThat(attacker.inContainer(nothing, another).end()).as("with both").isEqualTo(Attempt.WORKED);
        assertThat(attacker.inContainer(another).end()).isEqualTo("mount: EPERM");
    }
}

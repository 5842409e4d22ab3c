package boxwright.escapes;

import static boxwright.kernel.Argument.NULL;
import static boxwright.kernel.Argument.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.escapes.Attacker.Attempt;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.Slot;
import boxwright.kernel.SystemCall;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CVE-2022-0492: the file {@code release_agent} of cgroup v1 names a program that the kernel runs as root of the host. A
 * hierarchy with such a file is a mount away, and who may not mount gets a user namespace in which he may.
 *
 * <p>The attack makes a hierarchy of its own, without a controller, and opens the file; it writes nothing into it.
 */
class BecomeRootByReleaseAgentTest {
    @TempDir
    private Path directory;

    private Attacker attacker;

    @BeforeEach
    void image() {
        attacker = Attacker.in(directory);
    }

    private static Consumer<PlanBuilder> mount(String place, String name) {
        return plan -> {
            plan.mount("cgroup", place, "cgroup", 0, "none,name=" + name);
            plan.open(place + "/release_agent", Constants.O_WRONLY, 0);
            plan.umount2(place, Constants.MNT_DETACH);
        };
    }

    @Test
    void who_may_mount_can_name_the_program() {
        assumeTrue(
                Machine.run("grep", "-q", "\tcgroup$", "/proc/filesystems").exitCode() == 0
                        && Machine.run("grep", "-q", "cgroup_no_v1=", "/proc/cmdline")
                                        .exitCode()
                                != 0,
                "needs a kernel with cgroup v1");
        String place = attacker.image().resolve("tmp").toString();

        assertThat(attacker.outside(List.of("unshare", "--mount"), mount(place, "escape" + attacker.hashCode()))
                        .end())
                .isEqualTo(Attempt.WORKED);
    }

    @Test
    void a_container_may_not_mount() {
        assertThat(attacker.inContainer(mount("/tmp", "escape")).end()).isEqualTo("mount: EPERM");
    }

    @Test
    void nor_make_itself_a_namespace_in_which_it_may() {
        Consumer<PlanBuilder> calls = plan -> {
            plan.unshare(Constants.CLONE_NEWUSER | Constants.CLONE_NEWNS | Constants.CLONE_NEWCGROUP);
            mount("/tmp", "escape").accept(plan);
        };
        assertThat(attacker.outside(List.of(), plan -> plan.unshare(Constants.CLONE_NEWUSER))
                        .end())
                .as("on this machine")
                .isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(calls).end()).isEqualTo("unshare: EPERM");
    }

    /** clone3 hides its flags in memory, where a filter cannot look: it must not be there at all. */
    @Test
    void nor_by_another_call() {
        Consumer<PlanBuilder> clone = plan -> plan.clone(
                SystemCall.CLONE,
                child -> child.exit_group(0),
                number(Constants.CLONE_NEWUSER | Constants.SIGCHLD),
                NULL,
                NULL,
                NULL,
                number(0));
        Consumer<PlanBuilder> clone3 =
                plan -> plan.clone3(Constants.CLONE_NEWUSER, Slot.of("pidfd"), child -> child.exit_group(0));
        assertThat(attacker.outside(List.of(), clone).end())
                .as("on this machine")
                .isEqualTo(Attempt.WORKED);
        assertThat(attacker.outside(List.of(), clone3).end())
                .as("on this machine")
                .isEqualTo(Attempt.WORKED);

        assertThat(attacker.inContainer(clone).end()).isEqualTo("clone: EPERM");
        assertThat(attacker.inContainer(clone3).end()).isEqualTo("clone3: ENOSYS");
    }

    @Test
    void the_hierarchies_that_it_sees_cannot_be_written_to() {
        String look =
                "for agent in $(busybox find /sys/fs/cgroup -name release_agent); do : >>$agent && echo open: $agent; done";

        assertThat(attacker.shell(List.of(), look).out()).isEmpty();
    }
}

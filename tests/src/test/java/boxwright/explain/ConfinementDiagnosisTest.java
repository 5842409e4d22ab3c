package boxwright.explain;

import static boxwright.kernel.Argument.number;
import static boxwright.kernel.Errno.EACCES;
import static boxwright.kernel.Errno.EINVAL;
import static boxwright.kernel.Errno.ENOENT;
import static boxwright.kernel.Errno.EOPNOTSUPP;
import static boxwright.kernel.Errno.EPERM;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.isolation.AppArmor;
import boxwright.isolation.Landlock;
import boxwright.isolation.NoNewPrivileges;
import boxwright.isolation.SeLinux;
import boxwright.kernel.Call;
import boxwright.kernel.Constants;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanBuilder;
import boxwright.kernel.SystemCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a process could not give up what it may do. */
class ConfinementDiagnosisTest {
    @TempDir
    private Path root;

    /** The diagnosis of a call of a plan, the last of its kind, on a system that is only files. */
    private Diagnosis of(SystemCall kind, int errno, Consumer<PlanBuilder> writer) {
        Plan plan = Plan.of(lines -> {
            writer.accept(lines);
            lines.exit_group(0);
        });
        Call failed = plan.calls().stream()
                .filter(call -> call.systemCall() == kind)
                .reduce((first, second) -> second)
                .orElseThrow();
        return Diagnosis.of(Failure.of(plan, failed, errno, List.of(), new LiveSystem(root)));
    }

    private static void check(Diagnosis diagnosis, String likely, String seen) {
        assertThat(diagnosis.causes()).as(diagnosis.message()).isNotEmpty();
        assertThat(diagnosis.causes().getFirst().likely()).contains(likely);
        assertThat(diagnosis.causes().getFirst().seen()).contains(seen);
    }

    private void file(String path, String content) throws IOException {
        Path file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    void aUserThatTheNamespaceDoesNotHave() {
        Diagnosis diagnosis = Provoked.inNewNamespaces(Constants.CLONE_NEWUSER, plan -> plan.setresuid(1234));
        assertThat(diagnosis.errno()).isEqualTo(EINVAL);
        check(diagnosis, "the new user namespace does not have", "setresuid(1234, 1234, 1234)");
    }

    @Test
    void anOrdinaryUserBecomesNobodyElse() {
        Machine.needsRoot();
        Diagnosis diagnosis = Provoked.by(plan -> {
            plan.setresuid(1234);
            plan.setresuid(0);
            plan.exit_group(0);
        });
        assertThat(diagnosis.errno()).isEqualTo(EPERM);
    }

    @Test
    void aCapabilityThatIsNotThere() throws IOException {
        file("/proc/self/status", "CapPrm:\t0000000000000000\n");
        check(
                of(SystemCall.CAPSET, EPERM, plan -> plan.call(SystemCall.CAPSET, number(0), number(0))),
                "does not have itself",
                "CapPrm is 0000000000000000");
    }

    @Test
    void aFilterThatTheKernelDoesNotKnow() throws IOException {
        file("/proc/sys/kernel/seccomp/actions_avail", "kill_thread allow");
        Consumer<PlanBuilder> writer = plan -> plan.call(SystemCall.SECCOMP, number(1), number(0), number(0));

        check(of(SystemCall.SECCOMP, EINVAL, writer), "does not know a flag or an action", "kill_thread allow");
        check(of(SystemCall.SECCOMP, EACCES, writer), "may not set this limit", "errno");
    }

    @Test
    void aLandlockThatIsNotThere() throws IOException {
        file("/proc/sys/kernel/osrelease", "6.1.0");
        Consumer<PlanBuilder> writer =
                plan -> Landlock.writableOnly(List.of("/tmp"), 1).addLast(plan);

        check(of(SystemCall.LANDLOCK_CREATE_RULESET, EOPNOTSUPP, writer), "not switched on", "6.1.0");
        check(of(SystemCall.LANDLOCK_RESTRICT_SELF, EPERM, writer), "may not set this limit", "errno");
    }

    @Test
    void aPathThatLandlockIsToAllowAndThatIsNotThere() throws IOException {
        file("/proc/self/mountinfo", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n");
        check(
                of(
                        SystemCall.OPENAT,
                        ENOENT,
                        plan -> Landlock.writableOnly(List.of("/no/such"), 1).addLast(plan)),
                "",
                "/no");
    }

    @Test
    void aProfileOrALabelThatNobodyKnows() throws IOException {
        file("/proc/self/attr/current", "unconfined\n");
        Consumer<PlanBuilder> profile = plan -> new AppArmor("mine").addLast(plan);

        check(of(SystemCall.WRITE, ENOENT, profile), "AppArmor does not know that profile", "exec mine");
        check(of(SystemCall.WRITE, EACCES, profile), "does not allow a change", "unconfined");
        check(
                of(SystemCall.WRITE, EINVAL, plan -> new SeLinux("u:r:t:s0").addLast(plan)),
                "SELinux does not know that label",
                "u:r:t:s0");
    }

    @Test
    void aLabelBehindNoNewPrivileges() {
        Plan plan = Plan.of(lines -> {
            new SeLinux("u:r:t:s0").addLast(lines);
            new NoNewPrivileges().addLast(lines);
            lines.execve("/bin/sh", List.of("sh"), List.of());
        });
        Call failed = plan.calls().getLast();
        check(
                Diagnosis.of(Failure.of(plan, failed, EPERM, List.of(), new LiveSystem(root))),
                "nnp_transition",
                "no_new_privs");
    }
}

package boxwright.explain;

import static boxwright.kernel.Constants.CLONE_NEWNS;
import static boxwright.kernel.Constants.CLONE_NEWUSER;
import static boxwright.kernel.Constants.CLONE_NEWUTS;
import static org.assertj.core.api.Assertions.assertThat;

import boxwright.kernel.Launcher;
import boxwright.kernel.Machine;
import boxwright.kernel.Plan;
import boxwright.kernel.PlanException;
import boxwright.kernel.Slot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Privileges and limits that a JVM really lacks: setpriv(1) and unshare(1) start one that tells what it thinks of it. */
class PrivilegeDiagnosisTest {
    // Another user may not read our class path; these two capabilities let it.
    private static final String MAY_READ = "+dac_override,+dac_read_search";

    @BeforeEach
    void needsRoot() {
        Machine.needsRoot();
    }

    /** Run in the child JVM: makes a container with the namespaces of the first argument, and prints the diagnosis. */
    static final class Poor {
        private Poor() {}

        public static void main(String[] arguments) {
            Plan plan = Plan.of(lines -> {
                lines.clone3(Long.parseLong(arguments[0]), Slot.of("pidfd"), child -> {
                    if (arguments.length > 1) {
                        child.mknod(arguments[1], 0600, 1, 3);
                    }
                    child.exit_group(0);
                });
                lines.exit_group(0);
            });
            try {
                new Launcher(Path.of("/tmp"))
                        .start(plan, "boxwright: test of the diagnosis")
                        .awaitStart(report -> {});
                System.out.println("nothing failed");
            } catch (PlanException e) {
                System.out.println(Diagnosis.of(e).message());
            }
        }
    }

    private static String told(List<String> wrapper, long flags, String... more) {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(flags)));
        arguments.addAll(List.of(more));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(Machine.java(Poor.class, arguments.toArray(String[]::new)));
        return Machine.run(command.toArray(String[]::new)).output();
    }

    @Test
    void anOrdinaryUserIsToldToUseSudo() {
        String told = told(
                List.of(
                        Machine.needs("setpriv"),
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        "--inh-caps=" + MAY_READ,
                        "--ambient-caps=" + MAY_READ),
                CLONE_NEWUTS | CLONE_NEWNS);
        assertThat(told)
                .contains("EPERM (Operation not permitted)")
                .contains("likely   an ordinary user may not do this: it needs CAP_SYS_ADMIN")
                .contains("CapEff is 0000000000000006, Uid is 65534")
                .contains("try      run it as root, with sudo");
    }

    @Test
    void aRootWithoutTheCapabilityIsNotToldToUseSudo() {
        String told = told(
                List.of(Machine.needs("setpriv"), "--bounding-set=-sys_admin", "--inh-caps=-sys_admin"), CLONE_NEWUTS);
        assertThat(told).contains("EPERM").contains("lacks CAP_SYS_ADMIN").doesNotContain("with sudo");
    }

    @Test
    void makingADeviceNeedsAnotherCapability() {
        String told = told(
                List.of(Machine.needs("setpriv"), "--bounding-set=-mknod", "--inh-caps=-mknod"),
                0,
                "/tmp/boxwright-never-made");
        assertThat(told).contains("mknodat(").contains("EPERM").contains("lacks CAP_MKNOD");
    }

    @Test
    void aLimitOfNoNamespacesIsNamed() {
        // A user namespace has limits of its own; namespaces(7), /proc/sys/user.
        String told = told(
                List.of(
                        Machine.needs("unshare"),
                        "--user",
                        "--map-root-user",
                        "sh",
                        "-c",
                        "echo 0 >/proc/sys/user/max_uts_namespaces; exec \"$@\"",
                        "sh"),
                CLONE_NEWUTS);
        assertThat(told)
                .contains("ENOSPC")
                .contains("no namespaces of CLONE_NEWUTS are allowed here")
                .contains("/proc/sys/user/max_uts_namespaces is 0")
                .contains("sysctl user.max_uts_namespaces=");
    }

    @Test
    void aLimitThatIsReachedIsNamed() {
        String told = told(
                List.of(
                        Machine.needs("unshare"),
                        "--user",
                        "--map-root-user",
                        "sh",
                        "-c",
                        "echo 1 >/proc/sys/user/max_uts_namespaces; exec unshare --uts \"$@\"",
                        "sh"),
                CLONE_NEWUTS);
        assertThat(told).contains("ENOSPC").contains("as many namespaces of CLONE_NEWUTS as are allowed");
    }

    @Test
    void aUserNamespaceCannotBeMadeInAChroot() {
        // The plan's own chroot, so that the JVM needs no file system of its own inside.
        Diagnosis diagnosis = Provoked.inPrivateMounts(plan -> {
            plan.chroot("/tmp");
            plan.unshare(CLONE_NEWUSER);
        });
        assertThat(diagnosis.message())
                .contains("EPERM")
                .contains("a process in a chroot may not make a user namespace");
    }
}

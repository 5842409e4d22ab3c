package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.doctor.Status;
import boxwright.run.BoxwrightCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The test machine with AppArmor is what it claims to be, and so says the doctor. {@link OtherKernelsTest} runs this. */
class GuestWithAppArmor {
    private final DoctorInTheGuest doctor = new DoctorInTheGuest();

    @Test
    void its_kernel_is_not_this_machines() throws Exception {
        assertThat(Files.readString(Path.of("/proc/version"))).contains("Debian");
    }

    @Test
    void it_has_cgroup_v2_and_nothing_else_and_the_doctor_says_so() throws Exception {
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts")).stream().filter(line -> line.contains(" cgroup")))
                .singleElement()
                .asString()
                .contains(" /sys/fs/cgroup cgroup2 ");
        doctor.says("cgroups", "cgroup", Status.OK, "v2 at /sys/fs/cgroup");
        doctor.says("cgroups", "controllers", Status.OK, "memory");
        doctor.says("cgroups", "controllers", Status.OK, "pids");
    }

    @Test
    void it_has_AppArmor_and_no_SELinux_and_the_doctor_says_so() throws Exception {
        assertThat(Files.readString(Path.of("/sys/kernel/security/lsm")))
                .contains("apparmor")
                .doesNotContain("selinux");
        doctor.says("security", "AppArmor", Status.OK, "on");
        doctor.says("security", "SELinux", Status.OK, "off");
    }

    @Test
    void a_container_runs_under_our_profile() {
        BoxwrightCommand boxwright = new BoxwrightCommand(Path.of(System.getenv("BOXWRIGHT_HOME")));
        BoxwrightCommand.Outcome outcome = boxwright.run("run", "host", "cat", "/proc/self/attr/current");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("boxwright-default-").contains("(enforce)");
    }
}

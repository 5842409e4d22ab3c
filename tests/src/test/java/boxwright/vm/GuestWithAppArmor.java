package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.doctor.Status;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The test machine with AppArmor is what it claims to be, and so says the doctor. {@link OtherKernelsTest} runs this. */
class GuestWithAppArmor {
    private final DoctorInTheGuest doctor = new DoctorInTheGuest();
    private final BoxwrightCommand boxwright = new BoxwrightCommand(Path.of(System.getenv("BOXWRIGHT_HOME")));

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
        Outcome outcome = boxwright.run("run", "host", "cat", "/proc/self/attr/current");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("boxwright-default-").contains("(enforce)");
    }

    @Test
    void a_container_has_the_limits_and_the_capabilities_that_were_asked_for() {
        Outcome outcome = boxwright.run(
                "run",
                "--memory",
                "64m",
                "--pids-limit",
                "50",
                "--cap-drop",
                "ALL",
                "host",
                "sh",
                "-c",
                "cd /sys/fs/cgroup && cat memory.max pids.max; grep CapEff /proc/self/status;"
                        + " i=0; while [ $i -lt 100 ]; do sleep 9 & i=$((i + 1)); echo $i >/dev/shm/started; done;"
                        + " echo never");

        assertThat(outcome.out()).isEqualTo("67108864\n50\nCapEff:\t0000000000000000\n");
        assertThat(outcome.err()).contains("fork");
    }

    @Test
    void a_container_that_takes_more_memory_is_killed_and_told_so() {
        Outcome outcome = boxwright.run("run", "--memory", "64m", "host", "tail", "/dev/zero");

        assertThat(outcome.exitCode()).isEqualTo(137);
        assertThat(outcome.err()).contains("64 MiB");
    }
}

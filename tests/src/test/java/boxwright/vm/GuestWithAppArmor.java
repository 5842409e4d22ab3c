package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;

import boxwright.engine.doctor.Status;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import boxwright.users.OrdinaryUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

    /** As systemd does it with Delegate=yes: the group and its control files are his; cgroups(7), "Delegation". */
    @Test
    void an_ordinary_user_has_the_limits_that_he_asks_for_in_a_group_that_is_his_and_a_warning_elsewhere()
            throws Exception {
        Path root = Path.of("/sys/fs/cgroup");
        Files.writeString(root.resolve("cgroup.subtree_control"), "+memory +pids");
        try (OrdinaryUser user = OrdinaryUser.alone()) {
            Path his = Files.createDirectory(root.resolve("user-" + user.id()));
            Path session = Files.createDirectory(his.resolve("session"));
            for (Path group : List.of(his, session)) {
                for (String file : List.of(".", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control")) {
                    Files.setAttribute(group.resolve(file), "unix:uid", user.id());
                }
            }
            List<String> limited = user.boxwright(
                    "run",
                    "--memory",
                    "64m",
                    "--pids-limit",
                    "50",
                    "host",
                    "sh",
                    "-c",
                    "cd /sys/fs/cgroup && cat memory.max pids.max && tail /dev/zero; echo ran");
            List<String> inSession =
                    new ArrayList<>(List.of("sh", "-c", "echo $$ >$0/cgroup.procs && exec \"$@\"", session.toString()));
            inSession.addAll(limited);

            Outcome delegated = BoxwrightCommand.outcome(new ProcessBuilder(inSession), "");
            Outcome elsewhere = BoxwrightCommand.outcome(new ProcessBuilder(limited), "");

            assertThat(delegated.out()).as(delegated.err()).isEqualTo("67108864\n50\nran\n");
            assertThat(delegated.err()).contains("64 MiB");
            assertThat(elsewhere.out()).isEqualTo("ran\n");
            assertThat(elsewhere.err()).contains("warning: not enforced: --memory, --pids-limit: ", "is not ours");
            try (Stream<Path> left = Files.list(his)) {
                assertThat(left.filter(Files::isDirectory)).containsExactly(session);
            }
            Files.delete(session);
            Files.delete(his);
        }
    }
}

package boxwright.steps;

import static boxwright.steps.StepCommand.runner;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.CgroupContainers;
import boxwright.isolation.cgroup.Controller;
import boxwright.kernel.LandlockAbi;
import boxwright.steps.StepCommand.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every attack works in the step before and fails in its own, and fails for the reason that the chapter gives. */
class StepAttackTest {
    private String before = "";

    private static final String KILL = "01-pid-namespace/attack.sh";
    private static final String RENAME = "02-uts-namespace/attack.sh";
    private static final String READ = "03-root-filesystem/attack.sh";
    private static final String MOUNT = "03-root-filesystem/attack-mount.sh";
    private static final String QUEUES = "04-ipc-namespace/attack.sh";
    private static final String LOOPBACK = "05-network-namespace/attack.sh";
    private static final String MACHINE = "06-user-namespace/attack.sh";
    private static final String BOMB = "07-cgroups/attack.sh";
    private static final String HOG = "07-cgroups/attack-memory.sh";
    private static final String UNMASK = "08-capabilities/attack.sh";
    private static final String STAY = "09-security-modules/attack.sh";
    private static final String REGAIN = "10-seccomp/attack.sh";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    /** An attack shows something, and harms nobody: the machine is as it was, and no file of the attack is left. */
    @BeforeEach
    void remember() throws IOException {
        before = machine();
    }

    @AfterEach
    void the_machine_is_as_it_was() throws IOException {
        assertThat(machine()).isEqualTo(before);
        try (Stream<Path> left = Files.list(StepCommand.attackFiles())) {
            assertThat(left).isEmpty();
        }
    }

    private static String machine() throws IOException {
        StringBuilder text = new StringBuilder();
        for (String file : List.of("mountinfo", "sysvipc/msg")) {
            Path path = Path.of(file.equals("mountinfo") ? "/proc/self" : "/proc", file);
            Files.readAllLines(path).forEach(line -> text.append(line).append('\n'));
        }
        // 1F90 is port 8080, 0A is LISTEN; proc_net_tcp.rst.
        text.append(Files.readString(Path.of("/proc/net/tcp")).contains("0100007F:1F90 00000000:0000 0A"));
        return text.toString();
    }

    @Test
    void without_a_container_a_process_can_be_killed_by_its_number() throws Exception {
        assertThat(attack(KILL, List.of()).output()).contains("was killed");
    }

    @Test
    void step_1_a_process_outside_has_no_number_inside() throws Exception {
        Result attack = attack(KILL, runner("Step01"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("inside: I am process 1\n", "slept on");
        assertThat(attack.err()).contains("No such process");
    }

    @Test
    void step_1_the_host_can_be_renamed() throws Exception {
        String thisMachine = hostname();

        assertThat(attack(RENAME, runner("Step01")).output()).endsWith("outside: the host is called guilty\n");
        assertThat(hostname())
                .as("this machine, where the attack must not reach")
                .isEqualTo(thisMachine);
    }

    @Test
    void step_2_a_new_name_stays_inside() throws Exception {
        Result attack = attack(RENAME, runner("Step02"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("""
            outside: the host is called innocent
            inside: I am on box
            inside: now I am on guilty
            outside: the host is called innocent
            """);
    }

    @Test
    void step_2_the_hosts_files_can_be_read() throws Exception {
        assertThat(attack(READ, runner("Step02")).output()).contains("inside: found secret number");
    }

    @Test
    void step_3_no_path_leads_to_the_hosts_files() throws Exception {
        Result attack = attack(READ, runner("Step03"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("inside: found nothing");
        assertThat(attack.err()).contains("No such file or directory");
    }

    @Test
    void chroot_alone_hides_the_hosts_files_from_who_does_not_try() throws Exception {
        Result attack = attack(READ, runner("ChrootOnly"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.err()).contains("No such file or directory");
    }

    @Test
    void chroot_alone_is_left_by_four_system_calls() throws Exception {
        assertThat(attack(READ, runner("ChrootEscape", "--chroot")).output()).contains("inside: found secret number");
    }

    @Test
    void step_3_the_same_four_calls_lead_to_the_containers_own_root() throws Exception {
        Result attack = attack(READ, runner("ChrootEscape"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("inside: found nothing");
        assertThat(attack.err()).contains("No such file or directory");
        assertThat(StepCommand.run("ChrootEscape", "ls", "/").output())
                .as("where the walk ended: the attack did run, and its den is there")
                .contains("den\n", "proc\n");
    }

    @Test
    void step_2_a_mount_inside_is_a_mount_of_the_host() throws Exception {
        assertThat(attack(MOUNT, runner("Step02")).output()).contains("inside: mounted", "outside: something");
    }

    @Test
    void step_3_no_mount_inside_propagates_to_a_host_whose_mounts_are_shared() throws Exception {
        Result attack = attack(MOUNT, runner("Step03"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("inside: mounted", "outside: nothing is mounted that was not before");
    }

    @Test
    void step_3_the_hosts_message_queues_can_be_read() throws Exception {
        assertThat(attack(QUEUES, runner("ReadQueues", "--step03")).output()).isEqualTo("""
            outside: there is a secret in a System V queue and one in a POSIX queue
            inside: found a secret in the System V queue
            inside: found a secret in the POSIX queue
            """);
    }

    @Test
    void step_4_the_hosts_message_queues_have_no_key_and_no_name_inside() throws Exception {
        Result attack = attack(QUEUES, runner("ReadQueues"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out())
                .contains("inside: found nothing in the System V queue", "inside: found nothing in the POSIX queue");
        assertThat(attack.err())
                .contains(
                        "msgget(0x426f78, 0): ENOENT", "mq_open(\"boxwright\", O_RDONLY|O_NONBLOCK, 0, NULL): ENOENT");
    }

    @Test
    void step_4_a_server_on_the_hosts_loopback_can_be_reached() throws Exception {
        needsBusybox();

        assertThat(attack(LOOPBACK, runner("Step04")).output()).contains("inside: found secret number");
    }

    @Test
    void step_5_the_loopback_inside_is_another_one() throws Exception {
        needsBusybox();
        Result attack = attack(LOOPBACK, runner("Step05"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("outside: a server listens", "inside: found nothing");
        assertThat(attack.err()).contains("Connection refused");
    }

    @Test
    void step_5_root_inside_is_root_of_the_machine() throws Exception {
        assertThat(attack(MACHINE, withoutCables("Step05")).output())
                .contains("inside: I am user 0\n", "inside: the machine takes what I say for it");
    }

    @Test
    void step_6_root_inside_is_nobody_to_the_machine() throws Exception {
        Result attack = attack(MACHINE, withoutCables("Step06"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).contains("inside: I am user 0\n").doesNotContain("takes what I say");
        assertThat(attack.err()).contains("/proc/sys/kernel/panic: Permission denied");
    }

    /** From step 5 on there is a cable to the host, which shall not be this machine. */
    private static List<String> withoutCables(String step) {
        return StepCommand.with(List.of("unshare", "--net"), runner(step).toArray(String[]::new));
    }

    @Test
    void step_7_what_is_masked_can_be_unmasked() throws Exception {
        assertThat(attack(UNMASK, withoutCables("Step07")).output()).containsPattern("the mask is off, .* CPU0");
    }

    @Test
    void step_8_a_mask_stays_where_it_is() throws Exception {
        Result attack = attack(UNMASK, withoutCables("Step08"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: the mask is where it was\n");
        assertThat(attack.err()).contains("umount: ");
    }

    @Test
    void step_5_the_hosts_clock_can_be_set() throws Exception {
        assumeTrue(
                Files.readAllLines(Path.of("/proc/self/uid_map")).getFirst().matches(" *0 +0 +4294967295"),
                "needs to be outside of user namespaces: the clock belongs to the first one");

        assertThat(StepCommand.run("SetClock", "--before", "echo", "set").output())
                .isEqualTo("set\n");
    }

    @Test
    void step_8_the_hosts_clock_is_out_of_reach() throws Exception {
        Result result = StepCommand.run("SetClock", "echo", "set");

        assertThat(result.exitCode()).isEqualTo(125);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("clock_settime(CLOCK_REALTIME, &now): EPERM");
    }

    @Test
    void step_8_root_may_write_a_second_root_into_its_files() throws Exception {
        needsLandlock();
        assertThat(attack(STAY, withoutCables("Step08")).output())
                .isEqualTo("inside: mallory::0:0::/:/bin/sh in /etc/passwd\n");
    }

    @Test
    void step_9_root_may_not_write_where_the_policy_forbids_it() throws Exception {
        needsLandlock();
        Result attack = attack(STAY, withoutCables("Step09"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: nothing in /etc/passwd\n");
        assertThat(attack.err()).contains("/etc/passwd: Permission denied");
    }

    @Test
    void step_9_a_user_namespace_gives_every_capability_back() throws Exception {
        needsLandlock();
        Result attack = attack(REGAIN, withoutCables("Step09"));
        assumeTrue(
                !attack.err().contains("unshare"),
                "needs a machine that lets root without CAP_SYS_ADMIN make user namespaces: " + attack.err());

        assertThat(attack.output()).containsPattern("inside: CapEff:\t[0-9a-f]*ff\n");
    }

    @Test
    void step_10_no_call_makes_a_user_namespace() throws Exception {
        needsLandlock();
        Result attack = attack(REGAIN, withoutCables("Step10"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: nothing gained\n");
        assertThat(attack.err()).contains("Operation not permitted");
    }

    private static void needsLandlock() {
        assumeTrue(LandlockAbi.version() > 0, "needs a kernel with Landlock: step 9 makes its policy by it");
    }

    @Test
    void step_6_a_fork_bomb_goes_off() throws Exception {
        assertThat(attack(BOMB, withoutCables("Step06")).output()).isEqualTo("inside: started 200 processes\n");
    }

    @Test
    void step_7_a_fork_bomb_ends_at_50_processes() throws Exception {
        CgroupContainers.needs(Controller.PIDS);
        Result attack = attack(BOMB, withoutCables("Step07"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: started 49 processes\n");
        assertThat(attack.err()).contains("Resource temporarily unavailable");
    }

    @Test
    void step_6_a_memory_hog_gets_what_it_wants() throws Exception {
        assertThat(attack(HOG, withoutCables("Step06")).output()).isEqualTo("inside: held 104857600 bytes at once\n");
    }

    @Test
    void step_7_a_memory_hog_is_killed_at_64_MiB() throws Exception {
        CgroupContainers.needs(Controller.MEMORY);
        Result attack = attack(HOG, withoutCables("Step07"));

        assertThat(attack.exitCode()).isEqualTo(1);
        assertThat(attack.out()).isEqualTo("inside: held 0 bytes at once\n");
        assertThat(attack.err()).contains("step07: a process in it was killed: the container used more than 64 MiB");
    }

    private static void needsBusybox() {
        assumeTrue(
                Files.exists(Path.of("/bin/busybox")) || Files.exists(Path.of("/usr/bin/busybox")),
                "needs busybox (Debian: busybox-static), the server and the client of this attack");
    }

    private static Result attack(String script, List<String> runner) throws IOException, InterruptedException {
        return StepCommand.attack(script, runner);
    }

    private static String hostname() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname"));
    }
}

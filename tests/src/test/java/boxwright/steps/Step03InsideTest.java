package boxwright.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.isolation.KernelFilesystems;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program in step 3 finds around it, and that nothing of it is left on the host afterwards. */
class Step03InsideTest {
    private static final KernelFilesystems VIEW = KernelFilesystems.asDockerDoes();

    private String mountsBefore = "";

    @BeforeAll
    static void needsRoot() throws IOException {
        StepCommand.assumeRoot();
    }

    @BeforeEach
    void lookAtTheHost() throws IOException {
        mountsBefore = mounts();
    }

    @AfterEach
    void nothing_is_left_behind() throws IOException {
        assertThat(mounts()).as("the host's mounts").isEqualTo(mountsBefore);
        try (Stream<Path> containers = Files.list(StepCommand.HOME.resolve("containers"))) {
            assertThat(containers).as("directories of containers").isEmpty();
        }
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            assertThat(processes.filter(Step03InsideTest::isOurs))
                    .as("processes")
                    .isEmpty();
        }
    }

    @Test
    void its_processes_are_its_own() throws Exception {
        assertThat(inside("sleep 60 & cd /proc; echo I am $$ of [0-9]*")).isEqualTo("I am 1 of 1 2\n");
    }

    @Test
    void its_root_is_the_image(@TempDir Path image) throws Exception {
        Path busybox = Path.of("/bin/busybox");
        assumeTrue(Files.exists(busybox), "needs /bin/busybox (Debian: busybox-static), for an image of one file");
        Files.copy(busybox, image.resolve("busybox"));

        Result listing = StepCommand.run("Step03", "--rootfs", image.toString(), "/busybox", "ls", "/");

        assertThat(listing.output()).isEqualTo("busybox\ndev\nproc\nsys\n");
        assertThat(image).as("the image below stays as it is").isDirectoryContaining("glob:**/busybox");
        try (Stream<Path> files = Files.list(image)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void what_it_writes_is_gone_with_it() throws Exception {
        assertThat(inside("echo mine >/file; cat /file")).isEqualTo("mine\n");
        assertThat(inside("ls /file 2>/dev/null || echo gone")).isEqualTo("gone\n");
    }

    @Test
    void its_mounts_are_these() throws Exception {
        // Masked and read-only paths depend on the kernel; the tests below look at them one by one.
        assertThat(inside("cut -d ' ' -f 2-4 /proc/mounts").lines().map(line -> line.split(",")[0]))
                .startsWith(
                        "/ overlay rw",
                        "/proc proc rw",
                        "/sys sysfs ro",
                        "/dev tmpfs rw",
                        "/dev/pts devpts rw",
                        "/dev/shm tmpfs rw",
                        "/dev/mqueue mqueue rw");
    }

    @Test
    void its_mounts_belong_to_no_peer_group() throws Exception {
        assertThat(inside("cat /proc/self/mountinfo")).doesNotContain("shared:").doesNotContain("master:");
    }

    @Test
    void its_dev_has_the_usual_nodes_and_no_disk() throws Exception {
        assertThat(inside("cd /dev; ls").lines())
                .containsExactlyInAnyOrder(
                        "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout",
                        "tty", "urandom", "zero");
        assertThat(inside("cd /dev; stat -c '%A %t,%T %n' null zero full random urandom tty"))
                .isEqualTo("""
            crw-rw-rw- 1,3 null
            crw-rw-rw- 1,5 zero
            crw-rw-rw- 1,7 full
            crw-rw-rw- 1,8 random
            crw-rw-rw- 1,9 urandom
            crw-rw-rw- 5,0 tty
            """);
        assertThat(inside("find /dev -type b")).as("block devices").isEmpty();
    }

    @Test
    void its_devices_work() throws Exception {
        assertThat(inside("echo x >/dev/null; head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c"))
                .isEqualTo("4\n4\n");
        assertThat(run("echo x >/dev/full").err()).contains("No space left on device");
    }

    @Test
    void its_terminals_are_its_own() throws Exception {
        assertThat(inside("ls /dev/pts; readlink /dev/ptmx")).isEqualTo("ptmx\npts/ptmx\n");
    }

    @Test
    void its_shared_memory_is_its_own() throws Exception {
        assertThat(inside("cd /dev/shm; stat -c %a .; touch mine; ls")).isEqualTo("1777\nmine\n");
        assertThat(inside("ls /dev/shm")).as("in the next container").isEmpty();
    }

    @Test
    void its_message_queues_are_the_hosts_until_step_4() throws Exception {
        String queue = "boxwright-test-" + ProcessHandle.current().pid();
        try {
            inside("touch /dev/mqueue/" + queue);
            assertThat(inside("ls /dev/mqueue")).as("in the next container").contains(queue);
        } finally {
            inside("rm /dev/mqueue/" + queue);
        }
    }

    @Test
    void a_masked_file_reads_as_empty() throws Exception {
        List<String> files = onThisKernel(VIEW.masked().files());

        assertThat(inside("stat -c '%F %t,%T' " + String.join(" ", files))
                        .lines()
                        .distinct())
                .as("the device null")
                .containsExactly("character special file 1,3");
        assertThat(inside("cat " + String.join(" ", files))).isEmpty();
        assertThat(Files.readAllBytes(Path.of("/proc/interrupts")))
                .as("on the host")
                .isNotEmpty();
    }

    @Test
    void a_masked_directory_is_empty_and_stays_so() throws Exception {
        for (String directory : onThisKernel(VIEW.masked().directories())) {
            assertThat(inside("ls -A " + directory)).as(directory).isEmpty();
            assertThat(run("echo >" + directory + "/file").err()).contains("Read-only file system");
        }
    }

    @Test
    void a_read_only_path_cannot_be_changed() throws Exception {
        for (String path : onThisKernel(VIEW.masked().readOnly())) {
            // To the mode that it has: were it not read-only, nothing would be changed.
            assertThat(run("chmod $(stat -c %%a %1$s) %1$s".formatted(path)).err())
                    .as(path)
                    .contains("Read-only file system");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/sys/kernel/hostname", "/sys/kernel/uevent_helper"})
    void a_file_that_steers_the_kernel_cannot_be_written(String file) throws Exception {
        assumeTrue(Files.exists(Path.of(file)), "this kernel has no " + file);

        // Opened and no more.
        assertThat(run(": >>" + file).err()).contains("Read-only file system");
    }

    @Test
    void a_read_only_path_stays_readable() throws Exception {
        assertThat(inside("cat /proc/sys/kernel/hostname")).isEqualTo("box\n");
    }

    @Test
    void no_descriptor_of_ours_reaches_it() throws Exception {
        assertThat(inside("for n in 3 4 5 6 7 8 9; do test ! -e /proc/$$/fd/$n || echo $n; done"))
                .isEmpty();
    }

    @Test
    void a_process_that_is_left_inside_ends_with_the_first() throws Exception {
        // nothing_is_left_behind looks for it.
        assertThat(inside("sleep 1234 >/dev/null 2>&1 & echo first")).isEqualTo("first\n");
    }

    private static List<String> onThisKernel(List<String> paths) {
        List<String> there =
                paths.stream().filter(path -> Files.exists(Path.of(path))).toList();
        assertThat(there).as("of %s, what this kernel has", paths).isNotEmpty();
        return there;
    }

    private static String inside(String script) throws IOException, InterruptedException {
        return run(script).output();
    }

    private static Result run(String script) throws IOException, InterruptedException {
        return StepCommand.run("Step03", "sh", "-c", script);
    }

    private static String mounts() throws IOException {
        return Files.readString(Path.of("/proc/self/mountinfo"));
    }

    private static boolean isOurs(Path process) {
        try {
            List<String> words =
                    List.of(Files.readString(process.resolve("cmdline")).split("\0"));
            return words.equals(List.of("sleep", "1234")) || words.getFirst().startsWith("boxwright: monitor of sh");
        } catch (IOException e) {
            return false; // no process, or one that has just ended
        }
    }
}

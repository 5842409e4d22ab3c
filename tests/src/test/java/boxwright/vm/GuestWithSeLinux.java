package boxwright.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxwright.engine.doctor.Status;
import boxwright.run.BoxwrightCommand;
import boxwright.run.BoxwrightCommand.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The test machine with SELinux is what it claims to be, and so says the doctor; and its policy ({@code tests/vm/policy.cil})
 * keeps a container from the host's files. {@link OtherKernelsTest} runs this.
 */
class GuestWithSeLinux {
    private static final Path ENFORCE = Path.of("/sys/fs/selinux/enforce");

    @TempDir
    private Path volume;

    private final DoctorInTheGuest doctor = new DoctorInTheGuest();
    private final BoxwrightCommand boxwright = new BoxwrightCommand(Path.of(System.getenv("BOXWRIGHT_HOME")));

    @AfterEach
    void permissive() throws IOException {
        Files.writeString(ENFORCE, "0");
    }

    @Test
    void it_has_SELinux_and_no_AppArmor_and_the_doctor_says_so() throws Exception {
        assertThat(Files.readString(Path.of("/sys/kernel/security/lsm")))
                .contains("selinux")
                .doesNotContain("apparmor");
        doctor.says("security", "SELinux", Status.OK, "permissive");
        doctor.says("security", "AppArmor", Status.OK, "off");
    }

    @Test
    void a_file_of_the_host_is_for_a_container_without_a_label_and_not_for_one_with() throws Exception {
        assumeTrue(
                Files.readString(Path.of("/proc/self/attr/current")).startsWith("system_u:"),
                "no policy is loaded in the test machine: secilc is missing, which tests/run installs");
        Files.writeString(volume.resolve("file"), "the host's\n");
        Files.writeString(ENFORCE, "1");

        assertThat(run("cat /volume/file").out()).as("without a label").isEqualTo("the host's\n");
        Outcome labelled = run(
                "cat /volume/file; cat /proc/self/attr/current; echo; echo mine >/etc/file && cat /etc/file",
                "--security-opt",
                "label=level:s0:c1,c2");

        assertThat(labelled.err()).contains("/volume/file", "Permission denied");
        assertThat(labelled.out().replace("\0", "")).isEqualTo("system_u:system_r:container_t:s0:c1,c2\nmine\n");
    }

    private Outcome run(String script, String... flags) {
        String[] words = new String[flags.length + 7];
        words[0] = "run";
        System.arraycopy(flags, 0, words, 1, flags.length);
        String[] rest = {"--volume", volume + ":/volume", "host", "sh", "-c", script};
        System.arraycopy(rest, 0, words, flags.length + 1, rest.length);
        return boxwright.run(words);
    }
}
